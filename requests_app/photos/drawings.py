"""Pictures of city problems for the demonstration's invented history: drawn by code, the same for the same seed.

Everything is made of noise, perspective and light, so that the demo shows something like a hurried phone photo and
needs no picture of anybody's.
"""

import io
import math
import random
from collections.abc import Callable
from functools import partial
from typing import Final

from PIL import Image, ImageDraw, ImageFilter

from requests_app.photos.drawings_outdoors import fallen_tree, hydrant, sign, snow
from requests_app.photos.paint import (
    HEIGHT,
    SIZE,
    WIDTH,
    Point,
    blob,
    cloud,
    cracks,
    finish,
    ground,
    material,
    polygon,
    shade,
    shadow,
    shape_mask,
    solid,
    stones,
    street,
    stroke,
)


def _pothole(rng: random.Random) -> Image.Image:
    image = ground(rng, 60, (98, 98, 100), (150, 150, 150))
    _lane_line(rng, image, rng.choice([130, 980]))
    centre = (rng.uniform(480, 720), rng.uniform(480, 560))
    radius = rng.uniform(210, 290)
    cracks(rng, image, centre, 16, radius * 2.4)
    rim = blob(rng, centre, radius, radius * 0.42)
    shade(image, polygon([(x, y - 5) for x, y in rim], 3), 0.5, (150, 148, 142))
    image.paste(material(rng, (58, 54, 50), grain=110, patches=0.7), mask=polygon(rim, 2))
    wall = [(centre[0] + (x - centre[0]) * 0.9, centre[1] + (y - centre[1]) * 0.8 + 16) for x, y in rim]
    image.paste(material(rng, (88, 78, 66), grain=130, patches=0.8), mask=polygon(wall, 5))
    upper = shape_mask(lambda d: d.polygon(rim, fill=255), 1)
    upper.paste(0, mask=polygon([(x + 10, y + 26) for x, y in rim], 8))
    shade(image, upper, 0.85)
    if rng.random() < 0.6:
        pool = blob(rng, (centre[0] + 15, centre[1] + 30), radius * 0.55, radius * 0.17)
        shade(image, polygon(pool, 2), 0.8, (112, 124, 134))
        shade(
            image,
            polygon([(x - 20, y - 6) for x, y in blob(rng, centre, radius * 0.2, radius * 0.03)], 6),
            0.4,
            (220, 226, 230),
        )
    stones(rng, image, (centre[0], centre[1] + 40), (radius * 0.9, radius * 0.35), 190)
    return image


def _repaired(rng: random.Random) -> Image.Image:
    image = ground(rng, 60, (106, 106, 108), (150, 150, 150))
    _lane_line(rng, image, rng.choice([130, 980]))
    x, y, w, h = rng.uniform(280, 360), rng.uniform(380, 440), rng.uniform(480, 560), rng.uniform(220, 280)
    patch = [
        (x, y),
        (x + w, y + rng.uniform(-6, 6)),
        (x + w + 90, y + h),
        (x - 80, y + h + rng.uniform(-6, 6)),
    ]
    shade(image, polygon(patch, 10), 0.5, (28, 28, 30))
    image.paste(material(rng, (46, 46, 49), grain=85, patches=0.15), mask=polygon(patch, 2))
    seam = shape_mask(lambda d: d.line([*patch, patch[0]], fill=255, width=13, joint="curve"), 2)
    shade(image, seam, 0.75, (16, 16, 18))
    stones(rng, image, (600, y + h + 30), (380, 60), 60)
    return image


def _lane_line(rng: random.Random, image: Image.Image, x: float) -> None:
    lean = (x - WIDTH / 2) * 0.35
    band = [(x, 62), (x + 16, 62), (x + lean + 58, HEIGHT), (x + lean, HEIGHT)]
    worn = polygon(band, 1.5)
    worn.paste(0, mask=cloud(rng, cell=30).point(lambda value: 255 if value > 150 else 0))
    shade(image, worn, 0.75, (214, 206, 178))


def _bag(rng: random.Random, image: Image.Image, x: float, y: float, size: float) -> None:
    """A tied rubbish bag: a dark sack with folds that run to its knot."""
    shadow(image, (x + 8, y + size * 0.75), size * 1.15, size * 0.2)
    tone = rng.choice([(34, 35, 39), (40, 40, 42), (222, 220, 214), (44, 52, 58)])
    outline = blob(rng, (x, y), size, size * 0.8, 0.07)
    solid(rng, image, outline, tone, 0.5)
    knot = (x + rng.uniform(-0.15, 0.15) * size, y - size * 0.8)
    solid(
        rng,
        image,
        [
            (knot[0] - size * 0.2, knot[1] + size * 0.2),
            (knot[0] - size * 0.16, knot[1] - size * 0.25),
            (knot[0] + size * 0.2, knot[1] - size * 0.2),
            (knot[0] + size * 0.2, knot[1] + size * 0.2),
        ],
        tone,
    )
    for _ in range(14):
        end = (x + rng.uniform(-0.8, 0.8) * size, y + rng.uniform(-0.2, 0.6) * size)
        fold = stroke([knot, end], 5, 3)
        shade(image, fold, 0.35, rng.choice([(255, 255, 255), (0, 0, 0)]))


def _litter(rng: random.Random, image: Image.Image, low: float, high: float, count: int) -> None:
    for _ in range(count):
        x, y, size = rng.uniform(100, 1100), rng.uniform(low, high), rng.uniform(8, 26)
        shadow(image, (x + 3, y + size * 0.3), size, size * 0.3, 0.5)
        solid(
            rng,
            image,
            blob(rng, (x, y), size, size * 0.45, 0.35),
            rng.choice([(222, 220, 212), (196, 168, 120), (176, 60, 52), (70, 104, 150)]),
        )


def _bin(rng: random.Random) -> Image.Image:
    image = street(rng)
    x = rng.uniform(470, 640)
    shadow(image, (x + 110, 690), 250, 40, 0.7)
    for at in (-190, 260, 120):
        _bag(rng, image, x + at + rng.uniform(-20, 20), 650 + rng.uniform(-10, 30), rng.uniform(70, 96))
    solid(rng, image, [(x - 96, 330), (x + 96, 330), (x + 78, 690), (x - 78, 690)], (44, 72, 58), 0.6)
    for rib in range(-3, 4):
        band = stroke([(x + rib * 27, 350), (x + rib * 22, 682)], 9, 2)
        shade(image, band, 0.35)
    for at, size in ((-55, 60), (52, 64), (0, 66)):
        _bag(rng, image, x + at, 300 - abs(at) * -0.2 - size * 0.4, size)
    solid(rng, image, [(x - 106, 326), (x + 106, 326), (x + 104, 356), (x - 104, 356)], (36, 58, 48), 0.5)
    _litter(rng, image, 660, 790, 22)
    return image


def _dumping(rng: random.Random) -> Image.Image:
    image = street(rng)
    x = rng.uniform(300, 420)
    shadow(image, (x + 260, 700), 420, 50, 0.75)
    solid(rng, image, [(x - 40, 350), (x + 470, 318), (x + 500, 640), (x - 10, 680)], (206, 198, 180), 0.3)
    for row in range(4):
        for column in range(7):
            dimple = (x + 20 + column * 70 + row * 4, 395 + row * 72 - column * 5)
            shadow(image, dimple, 11, 6, 0.4)
    for _ in range(3):
        stain = blob(rng, (x + rng.uniform(60, 420), rng.uniform(420, 600)), 60, 46, 0.3)
        shade(image, polygon(stain, 12), 0.4, (132, 104, 62))
    solid(rng, image, [(x - 10, 680), (x + 500, 640), (x + 508, 684), (x, 726)], (150, 142, 124), 0.4)
    solid(rng, image, [(x + 450, 560), (x + 640, 548), (x + 660, 700), (x + 462, 716)], (168, 126, 80), 0.35)
    solid(rng, image, [(x + 450, 560), (x + 500, 520), (x + 690, 510), (x + 640, 548)], (190, 150, 102), 0.2)
    for at in (-120, 590, 680):
        _bag(rng, image, x + at, 680 + rng.uniform(-10, 30), rng.uniform(64, 92))
    _litter(rng, image, 690, 800, 18)
    return image


def _graffiti(rng: random.Random) -> Image.Image:
    image = material(rng, (150, 84, 66), grain=50, patches=0.35)
    draw = ImageDraw.Draw(image)
    tones = [Image.new("L", SIZE, 0), Image.new("L", SIZE, 0)]
    for row, y in enumerate(range(0, 760, 34)):
        for x in range(-80 + (row % 2) * 48, WIDTH, 96):
            if rng.random() < 0.5:
                ImageDraw.Draw(rng.choice(tones)).rectangle(
                    (x, y, x + 92, y + 30), fill=rng.randrange(60, 255)
                )
            draw.line((x, y, x, y + 34), fill=(170, 156, 142), width=4)
        draw.line((0, y, WIDTH, y), fill=(170, 156, 142), width=4)
    for tone, colour in zip(tones, ((60, 30, 24), (206, 150, 122)), strict=True):
        shade(image, tone, 0.3, colour)
    image.paste(material(rng, (150, 146, 138), (WIDTH, 140), grain=60), (0, 760))
    shade(image, shape_mask(lambda d: d.rectangle((0, 740, WIDTH, 790), fill=255), 14), 0.6)
    for colour in rng.sample([(28, 46, 150), (20, 20, 24), (196, 30, 60), (226, 226, 230), (28, 130, 90)], 3):
        left, middle, tall = rng.uniform(120, 380), rng.uniform(250, 540), rng.uniform(90, 170)
        points: list[Point] = []
        for step in range(90):
            turn = step / 90 * math.tau * rng.choice([4.0, 4.02])
            points.append(
                (
                    left + step * 6.4 + 50 * math.sin(turn * 1.7),
                    middle + tall * math.sin(turn) * math.cos(step / 25),
                )
            )
        width = rng.randrange(16, 26)
        paint = stroke(points, width, 4)
        shade(image, paint.filter(ImageFilter.GaussianBlur(9)), 0.35, colour)
        shade(image, paint, 0.92, colour)
        for drip in rng.sample(points, 6):
            length = rng.uniform(40, 130)
            run = stroke([drip, (drip[0], drip[1] + length)], 5, 1)
            shade(image, run, 0.85, colour)
    return image


def _sky(rng: random.Random, top: tuple[int, int, int], bottom: tuple[int, int, int]) -> Image.Image:
    ramp = Image.linear_gradient("L").resize(SIZE)
    image = Image.composite(Image.new("RGB", SIZE, bottom), Image.new("RGB", SIZE, top), ramp)
    veil = cloud(rng, cell=260).point(lambda value: max(0, value - 110))
    shade(image, veil, 0.8, bottom)
    return image


def _street_light(rng: random.Random) -> Image.Image:
    image = _sky(rng, (16, 22, 42), (66, 62, 84))
    at = 0
    while at < WIDTH:
        width, top = rng.randrange(120, 220), rng.randrange(480, 600)
        image.paste(material(rng, (26, 24, 30), (width, HEIGHT - top), grain=20), (at, top))
        for _ in range(3):
            x, y = at + rng.randrange(12, width - 40), rng.randrange(top + 20, 740)
            if rng.random() < 0.6:
                pane = polygon([(x, y), (x + 26, y), (x + 26, y + 42), (x, y + 42)], 2)
                shade(image, pane, 0.8, (216, 168, 96))
        at += width
    image.paste(material(rng, (34, 34, 40), (WIDTH, 110), grain=40), (0, 790))
    pole = rng.uniform(380, 520)
    solid(
        rng,
        image,
        [(pole - 9, 160), (pole + 9, 160), (pole + 15, HEIGHT), (pole - 15, HEIGHT)],
        (86, 88, 92),
        0.6,
    )
    arm = shape_mask(
        lambda d: d.line(
            [(pole, 190), (pole + 60, 140), (pole + 230, 118)], fill=255, width=11, joint="curve"
        )
    )
    shade(image, arm, 1, (82, 84, 88))
    solid(
        rng,
        image,
        [(pole + 205, 104), (pole + 340, 100), (pole + 352, 126), (pole + 210, 134)],
        (96, 98, 102),
        0.4,
    )
    solid(
        rng,
        image,
        [(pole + 240, 131), (pole + 340, 126), (pole + 318, 142), (pole + 256, 146)],
        (50, 52, 58),
        0.3,
    )
    far = (pole + 560, 452)
    shade(image, shape_mask(lambda d: d.line((*far, far[0], 800), fill=255, width=6)), 1, (60, 60, 66))
    for radius, strength in ((120, 0.25), (46, 0.5), (13, 1.0)):
        glow = shape_mask(
            partial(_disc, far, radius),
            radius / 3,
        )
        shade(image, glow, strength, (255, 206, 130))
    return image


def _disc(centre: Point, radius: float, draw: ImageDraw.ImageDraw) -> None:
    x, y = centre
    draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=255)


_SCENES: Final[dict[str, Callable[[random.Random], Image.Image]]] = {
    "pothole": _pothole,
    "bin": _bin,
    "graffiti": _graffiti,
    "street_light": _street_light,
    "tree": fallen_tree,
    "dumping": _dumping,
    "hydrant": hydrant,
    "sign": sign,
    "snow": snow,
    "repaired": _repaired,
}
SUBJECTS: Final = tuple(_SCENES)


def draw(subject: str, seed: int) -> Image.Image:
    """An RGB picture of 1200 × 900 of one of :data:`SUBJECTS`; the same for the same seed. KeyError for others."""
    rng = random.Random(f"{subject}-{seed}")  # noqa: S311  (a picture, not a secret)
    return finish(rng, _SCENES[subject](rng))


def drawn_jpeg(subject: str, seed: int) -> bytes:
    """One drawing as a JPEG file, as a phone would send it."""
    buffer = io.BytesIO()
    draw(subject, seed).save(buffer, "JPEG", quality=90)
    return buffer.getvalue()
