"""The county's rulebook in plain words."""
