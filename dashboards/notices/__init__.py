"""Service notices: what residents should know before they report."""
