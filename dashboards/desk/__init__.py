"""The phone desk: one call after the other, by keyboard."""
