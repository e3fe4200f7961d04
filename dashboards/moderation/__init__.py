"""What waits for a look by staff: comments, abuse reports, photos of anonymous reports."""
