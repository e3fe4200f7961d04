"""Pages of one request that decide what others see of it, where it lies, and whether it is one or two."""
