"""What a photo costs: the pipeline, its children included, against plain Pillow in one process doing the same."""

import io
import resource
import statistics
from collections.abc import Callable
from pathlib import Path

from PIL import Image, ImageOps

from requests_app.photos.pipeline import process

TARGET_RATIO = 1.5


def plain_pillow(path: Path) -> list[bytes]:
    """Full decode, EXIF turn, three sizes in cascade, quality 82: the floor."""
    with Image.open(path) as source:
        source.load()
        image = ImageOps.exif_transpose(source).convert("RGB")
    renditions = []
    for side in (2048, 800, 240):
        image.thumbnail((side, side), Image.Resampling.LANCZOS)
        target = io.BytesIO()
        image.save(target, "JPEG", quality=82)
        renditions.append(target.getvalue())
    return renditions


def pipeline(path: Path) -> None:
    """The same through the product, to files on disk."""
    with path.open("rb") as file:
        process(file)


def cpu_seconds(work: Callable[[], object]) -> float:
    """Processor time of this process and its ended children, user and system, while ``work`` runs."""
    before = _used()
    work()
    return _used() - before


def measure(path: Path, pairs: int = 7) -> tuple[float, float, float]:
    """Median CPU seconds of the floor and of the pipeline over interleaved pairs, and the median ratio of a pair."""
    plain_pillow(path)
    pipeline(path)
    floor, ours = [], []
    for _ in range(pairs):
        floor.append(cpu_seconds(lambda: plain_pillow(path)))
        ours.append(cpu_seconds(lambda: pipeline(path)))
    ratios = [own / plain for own, plain in zip(ours, floor, strict=True)]
    return statistics.median(floor), statistics.median(ours), statistics.median(ratios)


def _used() -> float:
    total = 0.0
    for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN):
        usage = resource.getrusage(who)
        total += usage.ru_utime + usage.ru_stime
    return total
