"""The knowledge base as staff read and write it."""
