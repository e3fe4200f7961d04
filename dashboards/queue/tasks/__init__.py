"""What others do for a request: giving it, doing it, and the signed link of those without an account."""
