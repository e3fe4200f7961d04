"""The database engine: a private PostgreSQL of our own, or the server that ``DATABASE_URL`` names."""

from civic311.postgres.config import database_config, database_name
from civic311.postgres.system import EmbeddedPostgresError

__all__ = ["EmbeddedPostgresError", "database_config", "database_name"]
