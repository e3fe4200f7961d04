"""Renditions on disk: named by content hash, written so that a name never points at half a file.

Names are ``<aa>/<sha256>-<2048|800|240>.jpg`` under ``settings.MEDIA_ROOT`` (whose last part is the city pack's slug);
the hash is that of the 2048 rendition. Files are immutable, so a backup may copy them at any time, and a second upload
of the same picture lands on the same names.

This module is the only one that knows where the bytes are. An object store fits behind the same functions: there
a finished upload is atomic and durable by itself, so :meth:`Staging.commit` becomes three puts (large one last),
:func:`open_rendition` a get, and :func:`sweep` a listing; callers hold only the hash.
"""

import fcntl
import hashlib
import os
import re
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from types import TracebackType
from typing import IO, BinaryIO, Final, Self

from django.conf import settings

LARGE: Final = 2048
SIZES: Final = (LARGE, 800, 240)
_HASH: Final = re.compile(r"[0-9a-f]{64}")
_FILE: Final = re.compile(r"([0-9a-f]{64})-(?:2048|800|240)\.jpg")
_STAGING: Final = "incoming"


def root() -> Path:
    """The folder that holds all renditions of this city."""
    return Path(settings.MEDIA_ROOT)


def name_of(sha256: str, size: int) -> str:
    """The path of a rendition below :func:`root`. Raises ValueError for anything that is not a hash and a known size."""
    if not _HASH.fullmatch(sha256) or size not in SIZES:
        raise ValueError("not a photo")
    return f"{sha256[:2]}/{sha256}-{size}.jpg"


def path_of(sha256: str, size: int) -> Path:
    """The file of a rendition, whether it exists or not."""
    return root() / name_of(sha256, size)


def open_rendition(sha256: str, size: int) -> BinaryIO:
    """Open a rendition for reading. Raises FileNotFoundError when it was deleted, ValueError for a wrong name."""
    return path_of(sha256, size).open("rb")


class Staging:
    """Three open temporary files, one for each size, which :meth:`commit` makes permanent and leaving throws away."""

    def __init__(self) -> None:
        self.files: dict[int, IO[bytes]] = {}

    def __enter__(self) -> Self:
        folder = root() / _STAGING
        folder.mkdir(parents=True, exist_ok=True)
        try:
            for size in SIZES:
                self.files[size] = tempfile.NamedTemporaryFile(dir=folder, suffix=".part", delete=False)
        except OSError:
            self._discard()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._discard()

    def sha256(self) -> str:
        """The hash of the large rendition, hence the name of the photo."""
        return hashlib.file_digest(_rewound(self.files[LARGE]), "sha256").hexdigest()  # type: ignore[arg-type]

    def commit(self) -> str:
        """Write through to the disk, rename to the final names, write the folder through; the photo's SHA-256.

        An existing file is replaced by its equal, which also makes it young again, so that a sweep at this moment
        leaves it. Raises OSError (disk full, I/O error): nothing may be promised then.
        """
        sha256 = self.sha256()
        target = root() / sha256[:2]
        is_new = not target.exists()
        target.mkdir(exist_ok=True)
        if is_new:
            _sync_folder(target.parent)
        for file in self.files.values():
            os.fchmod(file.fileno(), 0o640)
            os.fsync(file.fileno())
        with _locked(target, fcntl.LOCK_SH) as folder:
            for size, file in self.files.items():
                os.replace(file.name, path_of(sha256, size))
            os.fsync(folder)
        return sha256

    def _discard(self) -> None:
        for file in self.files.values():
            file.close()
            with suppress(FileNotFoundError):  # renamed by commit
                os.unlink(file.name)
        self.files = {}


def delete(sha256: str) -> None:
    """Remove all renditions of a photo for good. Missing ones are no error.

    The caller makes sure that no row refers to the hash any more.
    """
    paths = [path_of(sha256, size) for size in SIZES]
    if not paths[0].parent.is_dir():
        return
    with _locked(paths[0].parent, fcntl.LOCK_EX) as folder:
        for path in paths:
            path.unlink(missing_ok=True)
        os.fsync(folder)


def sweep(is_referenced: Callable[[str], bool], *, older_than: timedelta) -> int:
    """Delete photos that no row refers to and temporary files left by a crash; the number of files deleted.

    Only files untouched for ``older_than`` are looked at: a younger one may belong to a transaction still under way.
    The file system's clock is compared with itself, never with the application's.
    """
    before = _filesystem_now() - older_than.total_seconds()
    deleted = 0
    for path in sorted(root().glob(f"{_STAGING}/*.part")):
        with suppress(FileNotFoundError):
            if path.stat().st_mtime < before:
                path.unlink()
                deleted += 1
    for sha256, paths in sorted(_photos().items()):
        if not _all_older(paths, before):
            continue
        with _locked(paths[0].parent, fcntl.LOCK_EX):
            if _all_older(paths, before) and not is_referenced(sha256):
                for path in paths:
                    path.unlink(missing_ok=True)
                deleted += len(paths)
    return deleted


def _photos() -> Mapping[str, list[Path]]:
    photos: dict[str, list[Path]] = {}
    for path in root().glob("[0-9a-f][0-9a-f]/*.jpg"):
        if match := _FILE.fullmatch(path.name):
            photos.setdefault(match[1], []).append(path)
    return photos


def _all_older(paths: list[Path], before: float) -> bool:
    try:
        return all(path.stat().st_mtime < before for path in paths)
    except FileNotFoundError:
        return False


def _filesystem_now() -> float:
    try:
        root().mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=root()) as probe:
            return os.fstat(probe.fileno()).st_mtime
    except OSError:  # a full disk is the very moment to sweep
        return time.time()


def _rewound(file: IO[bytes]) -> IO[bytes]:
    file.seek(0)
    return file


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def _locked(folder: Path, how: int) -> Iterator[int]:
    """Hold the folder's lock: writers share it, deleters have it alone, so no file vanishes right after a commit."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(descriptor, how)
        yield descriptor
    finally:
        os.close(descriptor)
