"""Files that no compiler reads: templates, lock files, compose.yaml."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from civic311.management.commands.check_files import compose_faults, lock_faults, template_faults

BASE = Path(__file__).resolve().parent.parent.parent
FILES = (
    "pyproject.toml",
    "requirements.lock",
    "requirements-dev.lock",
    "compose.yaml",
    "deploy",
    "civic311/postgres",
)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    for name in FILES:
        if (BASE / name).is_dir():
            shutil.copytree(BASE / name, tmp_path / name)
        else:
            shutil.copy(BASE / name, tmp_path / name)
    return tmp_path


def change(path: Path, edit: Callable[[str], str]) -> None:
    before = path.read_text()
    path.write_text(edit(before))
    assert path.read_text() != before


def test_repository_has_no_fault() -> None:
    assert [*lock_faults(BASE), *compose_faults(BASE)] == []


@pytest.mark.parametrize(
    "line",
    [
        "--find-links /srv/wheels",
        "--index-url https://example.org/simple",
        "# from https://example.org",
        "django",
    ],
)
def test_lock_file_with_an_address_or_without_a_pin_is_a_fault(copy: Path, line: str) -> None:
    change(copy / "requirements.lock", lambda text: f"{line}\n{text}")
    assert any(fault.startswith("requirements.lock:1:") for fault in lock_faults(copy))


def test_package_missing_from_a_lock_file_is_a_fault(copy: Path) -> None:
    change(
        copy / "pyproject.toml", lambda text: text.replace('"shapely>=2.1"', '"shapely>=2.1", "not-there>=1"')
    )
    assert "requirements.lock: not-there is missing; run make lock" in list(lock_faults(copy))


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("restart: unless-stopped", "restart: sometimes", "sometimes"),
        ("    stop_grace_period: 40s", "    stop_grace_periode: 40s", "stop_grace_periode"),
        (
            "      migrate:\n        condition",
            "      migrations:\n        condition",
            "depends on migrations",
        ),
        ("./deploy/nginx.conf", "./deploy/other.conf", "mounts ./deploy/other.conf"),
        ("- media:/srv", "- photos:/srv", "volume photos"),
        ("image: nginx:1.28", "image: nginx", "nginx"),
    ],
)
def test_mistake_in_compose_file_is_a_fault(copy: Path, old: str, new: str, expected: str) -> None:
    change(copy / "compose.yaml", lambda text: text.replace(old, new))
    assert any(expected in fault for fault in compose_faults(copy))


def test_template_that_does_not_compile_is_a_fault(tmp_path: Path) -> None:
    folder = tmp_path / "templates" / "queue"
    folder.mkdir(parents=True)
    (folder / "good.html").write_text("{% if a %}b{% endif %}")
    (folder / "bad.html").write_text("{% if a %}b")
    (fault,) = template_faults(tmp_path)
    assert fault.startswith("templates/queue/bad.html: ")
