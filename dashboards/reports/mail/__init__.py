"""Reports by mail: pages for staff, digests for boards."""
