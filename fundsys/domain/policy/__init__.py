"""Kinds of policy values: code, unit, clause. The values of a year live in a table the county edits."""
