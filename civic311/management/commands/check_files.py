"""``manage.py check_files``: templates compile, lock files are clean, compose file fits its schema."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.template import TemplateSyntaxError, engines

LOCK_FILES = {"requirements.lock": False, "requirements-dev.lock": True}
PINNED = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)==(?P<version>[^\s;]+)( ;[^\\]+)? \\$")


class Command(BaseCommand):
    """Report every fault in files that no compiler reads; fail when there is one."""

    help = "Check templates, lock files and compose.yaml."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        """Print each fault. Raises CommandError when there is one."""
        base = Path(settings.BASE_DIR)
        faults = [*template_faults(base), *lock_faults(base), *compose_faults(base)]
        for fault in faults:
            self.stderr.write(fault)
        if faults:
            raise CommandError(f"{len(faults)} faults in files.")
        self.stdout.write("Templates, lock files and compose.yaml are in order.")


def template_faults(base: Path) -> Iterator[str]:
    """Templates of the project that do not compile."""
    engine = engines["django"]
    for folder in (
        base / "templates",
        *sorted(base.glob("*/templates")),
        *sorted(base.glob("*/*/templates")),
    ):
        if ".venv" in folder.parts or "var" in folder.relative_to(base).parts:
            continue
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                try:
                    engine.from_string(path.read_text(encoding="utf-8"))
                except (TemplateSyntaxError, UnicodeDecodeError) as error:
                    yield f"{path.relative_to(base)}: {error}"


def lock_faults(base: Path) -> Iterator[str]:
    """Lock files with an address, an option, a line without version and hash, or a package missing."""
    wanted = _wanted(base)
    for name, dev in LOCK_FILES.items():
        locked = set()
        for number, line in enumerate((base / name).read_text().splitlines(), 1):
            place = f"{name}:{number}"
            if "://" in line or line.startswith("-"):
                yield f"{place}: addresses and options do not belong in a lock file"
            if not line or line.lstrip().startswith(("#", "--hash=sha256:")):
                continue
            match = PINNED.match(line)
            if match is None:
                yield f"{place}: neither a pinned package nor a hash"
            else:
                locked.add(_normal(match["name"]))
        for package in sorted(wanted["runtime"] | (wanted["dev"] if dev else set())):
            if package not in locked:
                yield f"{name}: {package} is missing; run make lock"


def _wanted(base: Path) -> dict[str, set[str]]:
    import tomllib

    project = tomllib.loads((base / "pyproject.toml").read_text())
    lists = {"runtime": project["project"]["dependencies"], "dev": project["dependency-groups"]["dev"]}
    return {
        kind: {_normal(match[0]) for line in lines if (match := re.match(r"[A-Za-z0-9._-]+", line))}
        for kind, lines in lists.items()
    }


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def compose_faults(base: Path) -> Iterator[str]:
    """Faults of compose.yaml: against the schema in deploy/, and references that lead nowhere."""
    import jsonschema
    import yaml

    compose = yaml.safe_load((base / "compose.yaml").read_text())
    schema = json.loads((base / "deploy" / "compose.schema.json").read_text())
    for error in jsonschema.Draft202012Validator(schema).iter_errors(compose):
        yield f"compose.yaml: {'/'.join(map(str, error.absolute_path))}: {error.message}"
    services = compose.get("services", {})
    for name, service in services.items():
        for needed in service.get("depends_on", {}):
            if needed not in services:
                yield f"compose.yaml: {name} depends on {needed}, which is not there"
        for volume in service.get("volumes", []):
            source = volume.split(":", 1)[0]
            if source.startswith("./") and not (base / source).exists():
                yield f"compose.yaml: {name} mounts {source}, which is not there"
            if not source.startswith((".", "/")) and source not in compose.get("volumes", {}):
                yield f"compose.yaml: {name} uses the volume {source}, which is not declared"
