"""The pipeline with pictures made here: it needs no data folder."""

import io
import resource
import struct
import sys
import time
import zlib
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from PIL.TiffImagePlugin import IFDRational

from requests_app.photos import pipeline, storage
from requests_app.photos.errors import PhotoRejected, PhotoStorageError, Rejection
from tests.requests_app.photos import pictures


def _rejection(upload: io.BytesIO, position: int = 1) -> PhotoRejected:
    with pytest.raises(PhotoRejected) as caught:
        pipeline.process(upload, position=position)
    assert pictures.files_below(storage.root()) == []
    return caught.value


def _header_png(width: int, height: int) -> io.BytesIO:
    body = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    header = struct.pack(">I", 13) + body + struct.pack(">I", zlib.crc32(body))
    return io.BytesIO(b"\x89PNG\r\n\x1a\n" + header + struct.pack(">I", 1000) + b"IDAT" + bytes(1000))


def test_photo_comes_in_three_sizes_in_cascade() -> None:
    photo = pipeline.process(pictures.encoded(pictures.scene(4000, 3000)))
    sizes = [(item.width, item.height) for item in photo.renditions.values()]
    assert sizes == [(2048, 1536), (800, 600), (240, 180)]
    assert (photo.width, photo.height) == (2048, 1536)
    for item in photo.renditions.values():
        assert (storage.root() / item.name).stat().st_size == item.bytes
    pictures.assert_clean(photo)


def test_small_photo_is_never_enlarged() -> None:
    photo = pipeline.process(pictures.encoded(pictures.scene(120, 90)))
    assert {(item.width, item.height) for item in photo.renditions.values()} == {(120, 90)}


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_photo_is_upright_for_every_orientation(orientation: int, kind: str) -> None:
    upright = pictures.scene(400, 300)
    undo = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}.get(orientation)
    turned = upright if undo is None else upright.transpose(Image.Transpose(undo))
    exif = Image.Exif()
    exif[0x0112] = orientation
    photo = pipeline.process(pictures.encoded(turned, kind, exif=exif))
    with Image.open(storage.path_of(photo.sha256, 2048)) as result:
        assert pictures.difference(result, upright) < 6
    pictures.assert_clean(photo)


def test_metadata_is_dropped_and_position_only_suggested() -> None:
    exif = Image.Exif()
    exif[0x010E] = "<script>alert(1)</script>"
    exif.get_ifd(0x8825).update({1: "N", 2: (38.0, 58.0, 42.24), 3: "W", 4: (76.0, 29.0, 31.92)})
    picture = pictures.encoded(
        pictures.scene(), exif=exif, comment=b"secret comment", icc_profile=b"ICC" * 50
    )
    photo = pipeline.process(picture)
    assert photo.gps == pytest.approx((38.9784, -76.4922))
    pictures.assert_clean(photo)
    assert b"secret" not in pictures.stored(photo)


@pytest.mark.parametrize(
    "latitude", [(91.0, 0.0, 0.0), (38.0, 75.0, 0.0), (IFDRational(1, 0), 0.0, 0.0), (0.0, 0.0, 0.0)]
)
def test_impossible_position_is_none(latitude: tuple[float, float, float]) -> None:
    exif = Image.Exif()
    exif.get_ifd(0x8825).update({1: "N", 2: latitude, 3: "W", 4: (0.0, 0.0, 0.0)})
    assert pipeline.process(pictures.encoded(pictures.scene(), exif=exif)).gps is None


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16", "CMYK"])
def test_every_mode_becomes_rgb(mode: str) -> None:
    grey = pictures.scene(200, 150).convert("L")
    if mode == "I;16":
        image = grey.convert("I").point(lambda value: value * 257).convert("I;16")
    else:
        image = pictures.scene(200, 150).convert(mode)
    photo = pipeline.process(pictures.encoded(image, "JPEG" if mode == "CMYK" else "PNG"))
    pictures.assert_clean(photo)
    with Image.open(storage.path_of(photo.sha256, 2048)) as result:
        if mode == "I;16":
            assert pictures.difference(result, grey) < 6


def test_transparency_lies_on_white() -> None:
    photo = pipeline.process(pictures.encoded(Image.new("RGBA", (50, 50), (200, 0, 0, 0)), "PNG"))
    with Image.open(storage.path_of(photo.sha256, 2048)) as result:
        assert min(result.getpixel((25, 25))) > 250  # type: ignore[type-var,arg-type]


def test_trailing_archive_and_page_are_left_behind() -> None:
    picture = io.BytesIO(
        pictures.encoded(pictures.scene()).getvalue() + b"PK\x03\x04<html><script>x</script>"
    )
    pictures.assert_clean(pipeline.process(picture))


@pytest.mark.parametrize(
    ("data", "code", "words"),
    [
        (b"", "not_a_picture", "not a picture"),
        (b"<html><script>alert(1)</script>", "not_a_picture", "JPEG, PNG or WebP"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "not_a_picture", "not a picture"),
        (b"%PDF-1.7", "not_a_picture", "not a picture"),
        (b"GIF89a" + bytes(40), "unsupported_format", "GIF"),
        (b"II*\x00" + bytes(40), "unsupported_format", "TIFF"),
        (b"\x00\x00\x00\x18ftypheic" + bytes(40), "unsupported_format", "HEIC"),
        (b"\x00\x00\x00\x1cftypavif" + bytes(40), "unsupported_format", "AVIF"),
        (b"\x00\x00\x00\x18ftypmp42" + bytes(40), "unsupported_format", "MP4"),
        (b"\xff\xd8\xff\xe0" + bytes(40), "not_a_picture", "not a picture"),
    ],
)
def test_what_is_no_photo_is_refused_by_its_first_bytes(data: bytes, code: str, words: str) -> None:
    rejected = _rejection(io.BytesIO(data), position=2)
    assert rejected.code == code
    assert str(rejected).startswith("Photo 2: ")
    assert words in str(rejected)


@pytest.mark.parametrize("size", [(65535, 65535), (8000, 5001), (20001, 1), (1, 20001)])
def test_size_is_refused_by_the_header(size: tuple[int, int]) -> None:
    assert _rejection(_header_png(*size)).code is Rejection.TOO_MANY_PIXELS


def test_webp_canvas_is_refused_before_it_is_reserved() -> None:
    canvas = (16382).to_bytes(3, "little") * 2
    data = b"RIFF" + struct.pack("<I", 22) + b"WEBPVP8X" + struct.pack("<I", 10) + bytes(4) + canvas
    assert _rejection(io.BytesIO(data)).code is Rejection.TOO_MANY_PIXELS


def test_truncated_file_is_damaged() -> None:
    data = pictures.encoded(pictures.scene()).getvalue()
    assert _rejection(io.BytesIO(data[: len(data) // 2])).code is Rejection.DAMAGED


def test_file_over_the_limit_is_not_read_to_its_end() -> None:
    class Endless(io.BytesIO):
        given = 0

        def read(self, size: int | None = -1) -> bytes:
            self.given += size or 0
            return bytes(size or 0)

    upload = Endless()
    rejected = _rejection(upload, position=3)
    assert rejected.code is Rejection.TOO_LARGE
    assert str(rejected) == "Photo 3: the file is larger than 12 MB. Please send a smaller photo."
    assert upload.given < 13_000_000


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_frame_bomb_costs_one_frame(kind: str) -> None:
    frames = [Image.new("RGB", (400, 300), (index % 256, index // 256, 0)) for index in range(600)]
    bomb = pictures.encoded(frames[0], kind, save_all=True, append_images=frames[1:], duration=10)
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    photo = pipeline.process(bomb)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert after.ru_utime - before.ru_utime < 1
    with Image.open(storage.path_of(photo.sha256, 2048)) as result:
        assert pictures.difference(result, frames[0]) < 4


def _with_child(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, program: str) -> None:
    path = tmp_path / "child.py"
    path.write_text(program)
    monkeypatch.setattr(pipeline, "CHILD", path)


@pytest.mark.parametrize(
    "program",
    [
        "import os; os.kill(os.getpid(), 9)",
        "import os; os.kill(os.getpid(), 11)",
        "raise SystemExit(1)",
        "print('[]')",
        "import os, sys\nfor fd in sys.argv[2:]: os.write(int(fd), b'<html>')\n"
        'print(\'{"renditions": [[1, 1], [1, 1], [1, 1]], "gps": null}\')',
    ],
)
def test_child_that_dies_or_lies_rejects_the_photo(monkeypatch: Any, tmp_path: Path, program: str) -> None:
    _with_child(monkeypatch, tmp_path, program)
    assert _rejection(pictures.encoded(pictures.scene())).code is Rejection.DAMAGED


@pytest.mark.parametrize(
    "program",
    ["while True: pass", "while True: print('x' * 1000)", "import os, time; os.close(1); time.sleep(60)"],
)
def test_child_that_does_not_end_is_ended(monkeypatch: Any, tmp_path: Path, program: str) -> None:
    _with_child(monkeypatch, tmp_path, program)
    monkeypatch.setattr(pipeline, "WALL_SECONDS", 0.5)
    started = time.monotonic()
    assert _rejection(pictures.encoded(pictures.scene())).code in {Rejection.TIMEOUT, Rejection.DAMAGED}
    assert time.monotonic() - started < 5


def test_child_cannot_open_anything_and_knows_no_secret(tmp_path: Path) -> None:
    """What a taken-over decoder could try, tried from inside the sealed child."""
    import subprocess

    probe = (
        pipeline.CHILD.read_text().split('if __name__ == "__main__":')[0]
        + "_seal()\nresults = [dict(os.environ).keys() - {'LC_CTYPE'}]\n"
        + "for attempt in (lambda: os.open('/etc/passwd', os.O_RDONLY), os.pipe, lambda: bytearray(2 << 30)):\n"
        + "    try: attempt(); results.append('done')\n"
        + "    except (OSError, MemoryError) as error: results.append(type(error).__name__)\n"
        + "import sys; sys.stdout.write(repr(results))\n"
    )
    script = tmp_path / "probe.py"
    script.write_text(probe)
    command = [sys.executable, "-I", "-S", str(script), pipeline._pillow_folder()]
    output = subprocess.run(command, env={}, capture_output=True, text=True, check=True).stdout
    assert output == "[set(), 'OSError', 'OSError', 'MemoryError']"


def test_full_disk_is_our_failure_and_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*args: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(PhotoStorageError):
        pipeline.process(pictures.encoded(pictures.scene()))
    assert pictures.files_below(storage.root()) == []


def test_child_that_cannot_write_is_our_failure(monkeypatch: Any, tmp_path: Path) -> None:
    small = pipeline.CHILD.read_text().replace("_OUTPUT_BYTES = 32 << 20", "_OUTPUT_BYTES = 100")
    _with_child(monkeypatch, tmp_path, small)
    with pytest.raises(PhotoStorageError):
        pipeline.process(pictures.encoded(pictures.scene()))
    assert pictures.files_below(storage.root()) == []


def test_memory_stays_flat_over_many_photos() -> None:
    upload = pictures.encoded(pictures.scene(1600, 1200))
    for _ in range(3):
        pipeline.process(upload)
    before = _resident_bytes()
    for _ in range(25):
        pipeline.process(upload)
    assert _resident_bytes() - before < 4_000_000


def _resident_bytes() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()
