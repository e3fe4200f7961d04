"""City packs: a folder of TOML, CSV and GeoJSON that says all about a city, read and checked without a database.

The format is described in departments/city_packs/README.md.
"""

from departments.packs.problems import PackError, PackProblem
from departments.packs.reader import bundled_packs, read_pack

__all__ = ["PackError", "PackProblem", "bundled_packs", "read_pack"]
