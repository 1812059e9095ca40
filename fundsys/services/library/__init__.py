"""The project library: proposals, reviews, admission, the yearly plan, changes of what was planned."""
