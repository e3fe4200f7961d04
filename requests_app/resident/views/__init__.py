"""The public pages, by what the visitor wants: look around, report, follow, see a photo."""
