"""Reports of one problem: proposals, joining, parting, and rolling up a selection."""
