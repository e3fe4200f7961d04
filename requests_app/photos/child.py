"""The program that opens a stranger's picture: run as a process of its own, never imported by the web process.

    python -I -S child.py <folder of Pillow> <fd of 2048> <fd of 800> <fd of 240>   < picture   > answer.json

It gets the picture as an open file on standard input and three open files to write to. Before it reads a byte it gives
up memory (1 GB), processor time (20 s), core dumps, and the right to open any further file, socket or pipe: even
a decoder that was taken over can only write three files of bounded size and one short answer. Its environment is empty.

The answer is one JSON object: ``{"renditions": [[width, height], …], "gps": [lat, lon] | null}`` or
``{"error": code}`` with a code of ``not_a_picture``, ``too_many_pixels``, ``damaged`` or ``storage``.
"""

import resource
import sys

_MEMORY_BYTES = 1 << 30
_CPU_SECONDS = 20
_OUTPUT_BYTES = 32 << 20


def _limit() -> None:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY_BYTES, _MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (_CPU_SECONDS, _CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (_OUTPUT_BYTES, _OUTPUT_BYTES))


def _seal() -> None:
    """From here on no file, socket, pipe or process can be opened; those already open keep working."""
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))


_limit()
sys.path.append(sys.argv[1])

# Everything that Pillow would load later has to be here before the door closes: hence the names not used below.
import io  # noqa: E402
import json  # noqa: E402
import os  # noqa: E402

from PIL import (  # noqa: E402
    Image,
    JpegImagePlugin,  # noqa: F401
    MpoImagePlugin,  # noqa: F401
    PngImagePlugin,  # noqa: F401
    TiffImagePlugin,  # noqa: F401
    UnidentifiedImageError,
    WebPImagePlugin,  # noqa: F401
)

MAX_PIXELS = 40_000_000
MAX_SIDE = 20_000
SIZES = (2048, 800, 240)
QUALITY = 82
_ORIENTATION = 0x0112
_GPS_IFD = 0x8825
# EXIF 2.32, 4.6.4 A, tag Orientation: what has to be done to see the picture upright.
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


class Refused(Exception):
    """The picture is not taken; the argument is the code."""


def webp_canvas(header: bytes) -> tuple[int, int] | None:
    """Width and height of a WebP from its first 30 bytes (RFC 9649), because its decoder reserves the canvas at once."""
    if header[:4] != b"RIFF" or header[8:12] != b"WEBP" or len(header) < 30:
        return None
    kind = header[12:16]
    if kind == b"VP8X":
        return int.from_bytes(header[24:27], "little") + 1, int.from_bytes(header[27:30], "little") + 1
    if kind == b"VP8L":
        bits = int.from_bytes(header[21:25], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if kind == b"VP8 ":
        return int.from_bytes(header[26:28], "little") & 0x3FFF, int.from_bytes(
            header[28:30], "little"
        ) & 0x3FFF
    return None


def check_size(size: tuple[int, int]) -> None:
    """Refuse by the numbers in the header, before a pixel is decoded."""
    width, height = size
    if width * height > MAX_PIXELS or max(size) > MAX_SIDE:
        raise Refused("too_many_pixels")


def read_gps(exif: Image.Exif) -> tuple[float, float] | None:
    """Latitude and longitude in degrees, None when absent, impossible, or the 0/0 that devices write without a fix."""
    try:
        gps = exif.get_ifd(_GPS_IFD)
        latitude = _degrees(gps[2], gps.get(1, "N"), "S")
        longitude = _degrees(gps[4], gps.get(3, "E"), "W")
    except Exception:  # foreign bytes: whatever is wrong with them, there is no position
        return None
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180) or latitude == longitude == 0:
        return None
    return round(latitude, 6), round(longitude, 6)


def _degrees(parts: tuple[float, float, float], reference: str, negative: str) -> float:
    degrees, minutes, seconds = (float(part) for part in parts)
    if not (degrees >= 0 and 0 <= minutes < 60.01 and 0 <= seconds < 60.01):
        raise ValueError("not an angle")
    value = degrees + minutes / 60 + seconds / 3600
    return -value if str(reference).strip("\x00 ").upper().startswith(negative) else value


def to_rgb(image: Image.Image) -> Image.Image:
    """8-bit RGB from any mode: transparency on white, 16-bit scaled down."""
    if image.mode == "RGB" and "transparency" not in image.info:
        return image
    if image.mode.startswith("I"):  # Pillow clips wide greys instead of scaling them
        return image.convert("I").point(lambda value: value * (1 / 256)).convert("L").convert("RGB")
    if image.has_transparency_data:
        image = image.convert("RGBA")
        paper = Image.new("RGB", image.size, "white")
        paper.paste(image, mask=image.getchannel("A"))
        return paper
    return image.convert("RGB")


def fitted(size: tuple[int, int], side: int) -> tuple[int, int]:
    """``size`` shrunk so that no side is longer than ``side``; never enlarged, never below one pixel."""
    scale = min(1.0, side / max(size))
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


class _Jpeg(io.BytesIO):
    name = "photo.jpg"  # tells Pillow which writer to use, so that it need not load the others


def draw(source: io.BufferedReader) -> tuple[list[tuple[tuple[int, int], bytes]], tuple[float, float] | None]:
    """The picture drawn anew in each of :data:`SIZES`, as (size, JPEG bytes), and the position written in it.

    The first frame is fully decoded. The turn follows the first reduction: the same picture for a fraction of the
    work, since both sides shrink alike.
    """
    canvas = webp_canvas(source.read(30))
    if canvas is not None:
        check_size(canvas)
    source.seek(0)
    image: Image.Image = Image.open(source, formats=["JPEG", "PNG", "WEBP"])
    check_size(image.size)
    exif = image.getexif()
    turn = _TURNS.get(exif.get(_ORIENTATION, 1))
    gps = read_gps(exif)
    image.load()
    image = to_rgb(image)
    renditions: list[tuple[tuple[int, int], bytes]] = []
    for side in SIZES:
        size = fitted(image.size, side)
        if renditions and size == image.size:
            renditions.append(renditions[-1])
            continue
        if size != image.size:
            image = image.resize(size, Image.Resampling.LANCZOS)
        if turn is not None:
            image, turn = image.transpose(turn), None
        image.info = {}  # the JPEG writer would put comment and profile back from here
        target = _Jpeg()
        image.save(target, quality=QUALITY)
        renditions.append((image.size, target.getvalue()))
    return renditions, gps


def write(descriptor: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]


def answer(descriptors: list[int]) -> dict[str, object]:
    try:
        renditions, gps = draw(os.fdopen(0, "rb"))
    except Refused as refused:
        return {"error": str(refused)}
    except UnidentifiedImageError:
        return {"error": "not_a_picture"}
    except MemoryError:
        return {"error": "too_many_pixels"}
    except Exception:  # decoders raise what they like about broken bytes
        return {"error": "damaged"}
    try:
        for descriptor, (_, data) in zip(descriptors, renditions, strict=True):
            write(descriptor, data)
    except OSError:
        return {"error": "storage"}
    return {"renditions": [size for size, _ in renditions], "gps": gps}


if __name__ == "__main__":
    Image.MAX_IMAGE_PIXELS = None  # our own limit is stricter and answers with its own code
    Image.preinit()
    _seal()
    write(1, json.dumps(answer([int(argument) for argument in sys.argv[2:]])).encode())
