"""Every read of more than one row, one per screen."""
