"""The name of the page in its addresses."""

SLUG = "departments"
