"""A city pack goes into the database: idempotently, in one transaction, retiring what vanished."""

from departments.loading.load import LoadReport, load_pack

__all__ = ["LoadReport", "load_pack"]
