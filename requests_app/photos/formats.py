"""What a file is by its first bytes. Name, extension and content type given by the client are never looked at."""

from typing import Final

HEADER_BYTES: Final = 32
ACCEPTED: Final = frozenset({"JPEG", "PNG", "WebP"})

_PREFIXES: Final[tuple[tuple[bytes, str], ...]] = (
    (b"\xff\xd8\xff", "JPEG"),
    (b"\x89PNG\r\n\x1a\n", "PNG"),
    (b"GIF87a", "GIF"),
    (b"GIF89a", "GIF"),
    (b"II*\x00", "TIFF"),
    (b"MM\x00*", "TIFF"),
    (b"II+\x00", "TIFF"),
    (b"MM\x00+", "TIFF"),
    (b"\x00\x00\x01\x00", "ICO"),
    (b"8BPS\x00", "PSD"),
    (b"\xff\x0a", "JPEG XL"),
    (b"\x00\x00\x00\x0cJXL ", "JPEG XL"),
    (b"\x00\x00\x00\x0cjP  ", "JPEG 2000"),
    (b"\xff\x4f\xff\x51", "JPEG 2000"),
)
_HEIF_BRANDS: Final = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"})
_AVIF_BRANDS: Final = frozenset({b"avif", b"avis"})


def sniff(header: bytes) -> str | None:
    """The name of the picture format that begins with ``header`` (its first 32 bytes), None if it is none we know.

    Formats outside :data:`ACCEPTED` are named so that the sender can be told what to do. HEIF containers follow
    ISO/IEC 14496-12: the box type ``ftyp`` at byte 4, the major brand at byte 8, compatible brands from byte 16.
    """
    for prefix, name in _PREFIXES:
        if header.startswith(prefix):
            return name
    if header[:4] == b"RIFF" and header[8:12] == b"WEBP":
        return "WebP"
    if header[:2] == b"BM" and header[6:10] == b"\x00\x00\x00\x00":
        return "BMP"
    if header[4:8] == b"ftyp":
        return _container(header)
    return None


def _container(header: bytes) -> str:
    brands = [header[8:12], *(header[at : at + 4] for at in range(16, len(header), 4))]
    for brand in brands:
        if brand in _AVIF_BRANDS:
            return "AVIF"
        if brand in _HEIF_BRANDS:
            return "AVIF" if b"avif" in brands else "HEIC"
    return "MP4"


_PLAIN_SEGMENTS: Final = frozenset({0xC0, 0xC4, 0xDB, 0xDD, 0xE0})


def is_plain_jpeg(head: bytes) -> bool:
    """Whether ``head`` (the first 4 KB) begins a baseline JPEG of tables only: JFIF header, quantisation, Huffman.

    The last look at what the child has written: application data, comments and profiles have no place in it
    (segment layout: ITU-T T.81, B.1.1.4).
    """
    if head[:2] != b"\xff\xd8":
        return False
    at = 2
    while head[at : at + 1] == b"\xff" and at + 4 <= len(head):
        marker = head[at + 1]
        if marker == 0xDA:
            return True
        if marker not in _PLAIN_SEGMENTS:
            return False
        at += 2 + int.from_bytes(head[at + 2 : at + 4], "big")
    return False
