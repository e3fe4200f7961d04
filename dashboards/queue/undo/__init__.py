"""Taking back what was done a minute ago: the bars that offer it, and what their buttons do."""
