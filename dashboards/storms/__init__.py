"""Storm mode: declare it, see it, end it."""
