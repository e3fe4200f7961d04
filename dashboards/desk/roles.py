"""Who works at the desk, and who reads its figures."""

from departments.roles import Role

OPERATORS = frozenset({Role.OPERATOR, Role.DISPATCHER, Role.SUPERVISOR, Role.ADMINISTRATOR})
SUPERVISES = frozenset({Role.SUPERVISOR, Role.ADMINISTRATOR})
READS_FIGURES = OPERATORS | {Role.MANAGER}
