"""The council office's work: requests filed for constituents, and those followed."""
