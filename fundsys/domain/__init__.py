"""The county's facts and rules, in the standard library only. Knows neither web nor database; "today" is an argument."""
