"""Brushes for the drawn photos: noise, materials, shapes, shadows, a street. The same for the same seed."""

import math
import random
from collections.abc import Callable, Sequence
from typing import Final

from PIL import Image, ImageChops, ImageDraw, ImageFilter

WIDTH: Final = 1200
HEIGHT: Final = 900
SIZE: Final = (WIDTH, HEIGHT)

Colour = tuple[int, int, int]
Point = tuple[float, float]


def noise(rng: random.Random, size: tuple[int, int], sigma: float = 255) -> Image.Image:
    """Grey noise around 128 from our own generator, since Pillow's cannot be seeded."""
    grain = Image.frombytes("L", size, rng.randbytes(size[0] * size[1]))
    return grain.point(lambda value: int(128 + (value - 128) * sigma / 255))


def cloud(rng: random.Random, size: tuple[int, int] = SIZE, cell: int = 60) -> Image.Image:
    """Soft patches from coarse to fine, 0 to 255: the base of asphalt, dirt, leaves and stains."""
    total = Image.new("L", size, 128)
    for share, step in ((1.0, cell), (0.5, cell / 2.5), (0.25, cell / 6)):
        coarse = noise(rng, (max(2, int(size[0] / step)), max(2, int(size[1] / step))))
        layer = coarse.resize(size, Image.Resampling.BICUBIC).point(
            lambda value, s=share: int(128 + (value - 128) * s)
        )
        total = ImageChops.add(total, layer, 1, -128)
    return total


def material(
    rng: random.Random, colour: Colour, size: tuple[int, int] = SIZE, grain: float = 60, patches: float = 0.3
) -> Image.Image:
    """A matt surface of a colour: patches and grain modulate its light."""
    light = ImageChops.add(
        cloud(rng, size).point(lambda value: int(128 + (value - 128) * patches)),
        noise(rng, size, grain),
        1,
        -128,
    ).filter(ImageFilter.GaussianBlur(0.7))
    return Image.merge(
        "RGB", [light.point(lambda value, c=channel: int(c * value / 128)) for channel in colour]
    )


def shape_mask(shape: Callable[[ImageDraw.ImageDraw], None], blur: float = 1.2) -> Image.Image:
    """White where ``shape`` draws with fill 255, with soft edges."""
    area = Image.new("L", SIZE, 0)
    shape(ImageDraw.Draw(area))
    return area.filter(ImageFilter.GaussianBlur(blur))


def stroke(points: Sequence[Point], width: int, blur: float = 1.2) -> Image.Image:
    """White along a line of some width."""
    return shape_mask(lambda draw: draw.line(points, fill=255, width=width, joint="curve"), blur)


def polygon(points: Sequence[Point], blur: float = 1.2) -> Image.Image:
    """White inside the outline."""
    return shape_mask(lambda draw: draw.polygon([(x, y) for x, y in points], fill=255), blur)


def blob(
    rng: random.Random, centre: Point, radius_x: float, radius_y: float, rough: float = 0.2
) -> list[Point]:
    """A closed ragged outline, flattened by the perspective of the ground."""
    waves = [(rng.uniform(0, math.tau), rng.uniform(0.3, 1) / n, n) for n in (2, 3, 5, 8, 13, 21)]
    points = []
    for step in range(180):
        angle = math.tau * step / 180
        bump = 1 + rough * sum(weight * math.sin(n * angle + phase) for phase, weight, n in waves)
        points.append(
            (centre[0] + radius_x * bump * math.cos(angle), centre[1] + radius_y * bump * math.sin(angle))
        )
    return points


def shade(image: Image.Image, area: Image.Image, strength: float, colour: Colour = (0, 0, 0)) -> None:
    """Lay a colour over an area, 0 to 1 strong."""
    image.paste(Image.new("RGB", image.size, colour), mask=area.point(lambda value: int(value * strength)))


def shadow(
    image: Image.Image, centre: Point, radius_x: float, radius_y: float, strength: float = 0.6
) -> None:
    """A soft dark ellipse on the ground."""
    x, y = centre
    box = (x - radius_x, y - radius_y, x + radius_x, y + radius_y)
    shade(image, shape_mask(lambda draw: draw.ellipse(box, fill=255), radius_y / 2), strength)


def solid(
    rng: random.Random, image: Image.Image, points: Sequence[Point], colour: Colour, light: float = 0.35
) -> None:
    """A surface with an outline, lit from the upper left, with dirt on it."""
    xs, ys = [x for x, _ in points], [y for _, y in points]
    left, top = max(0, int(min(xs)) - 3), max(0, int(min(ys)) - 3)
    size = max(2, min(WIDTH, int(max(xs)) + 3) - left), max(2, min(HEIGHT, int(max(ys)) + 3) - top)
    area = Image.new("L", size, 0)
    ImageDraw.Draw(area).polygon([(x - left, y - top) for x, y in points], fill=255)
    skin = material(rng, colour, size, grain=26, patches=0.25)
    shade(skin, Image.linear_gradient("L").rotate(90).resize(size), light)
    image.paste(skin, (left, top), area.filter(ImageFilter.GaussianBlur(1.2)))


def ground(rng: random.Random, horizon: int, colour: Colour, far: Colour) -> Image.Image:
    """A street seen at eye height: fine grain far off, coarse at one's feet, haze at the horizon."""
    image = Image.new("RGB", SIZE, far)
    depth = HEIGHT - horizon
    flat = material(rng, colour, (WIDTH, depth), grain=95, patches=0.16)
    coarse = material(rng, colour, (WIDTH // 2, depth // 2), grain=110, patches=0.16).resize((WIDTH, depth))
    near = Image.linear_gradient("L").resize((WIDTH, depth))
    image.paste(Image.composite(coarse, flat, near), (0, horizon))
    haze = ImageChops.invert(near).point(lambda value: int(max(0, value - 90) * 0.7))
    image.paste(Image.new("RGB", (WIDTH, depth), far), (0, horizon), haze)
    return image


def street(rng: random.Random, horizon: int = 300, asphalt: Colour = (92, 92, 94)) -> Image.Image:
    """A block of row houses over a pavement, a kerb and a carriageway."""
    image = ground(rng, horizon, asphalt, (150, 152, 152))
    x = -rng.randrange(120)
    while x < WIDTH:
        width = rng.randrange(170, 250)
        wall = rng.choice([(138, 76, 62), (150, 98, 78), (118, 74, 66), (170, 152, 128), (126, 108, 96)])
        house = material(rng, wall, (width, horizon), grain=40, patches=0.2)
        draw = ImageDraw.Draw(house)
        for course in range(0, horizon, 9):
            draw.line((0, course, width, course), fill=tuple(int(c * 0.86) for c in wall), width=1)
        for at in (0.14, 0.58):
            for top in (-30, 120):
                box = (width * at, top, width * (at + 0.26), top + 95)
                draw.rectangle((box[0] - 5, box[1] - 6, box[2] + 5, box[3] + 8), fill=(206, 200, 188))
                draw.rectangle(box, fill=rng.choice([(44, 52, 60), (58, 66, 74), (70, 70, 62)]))
                draw.line((box[0], box[1] + 47, box[2], box[1] + 47), fill=(196, 192, 182), width=4)
        image.paste(house, (x, 0))
        ImageDraw.Draw(image).line((x, 0, x, horizon), fill=(60, 50, 46), width=3)
        x += width
    pavement = material(rng, (158, 154, 146), (WIDTH, 110), grain=50, patches=0.12)
    image.paste(pavement, (0, horizon - 24))
    draw = ImageDraw.Draw(image)
    for joint in range(-400, WIDTH + 400, 150):
        bottom = (joint - 600) * 1.25 + 600
        draw.line((joint, horizon - 24, bottom, horizon + 86), fill=(118, 114, 108), width=2)
    draw.rectangle((0, horizon + 78, WIDTH, horizon + 88), fill=(184, 180, 170))
    draw.rectangle((0, horizon + 88, WIDTH, horizon + 106), fill=(112, 110, 106))
    shade(
        image, shape_mask(lambda d: d.rectangle((0, horizon + 104, WIDTH, horizon + 124), fill=255), 8), 0.45
    )
    return image


def cracks(rng: random.Random, image: Image.Image, centre: Point, count: int, reach: float) -> None:
    """Cracks that run from a point over the ground."""
    lines = Image.new("L", SIZE, 0)
    draw = ImageDraw.Draw(lines)
    for _ in range(count):
        angle, (x, y) = rng.uniform(0, math.tau), centre
        for step in range(int(reach / 12)):
            angle += rng.uniform(-0.5, 0.5)
            nx, ny = x + 12 * math.cos(angle), y + 6 * math.sin(angle)
            draw.line((x, y, nx, ny), fill=230, width=max(1, 5 - step // 6))
            x, y = nx, ny
    shade(image, lines.filter(ImageFilter.GaussianBlur(0.8)), 0.75)


def stones(rng: random.Random, image: Image.Image, centre: Point, spread: Point, count: int) -> None:
    """Loose stones around a point."""
    draw = ImageDraw.Draw(image)
    for _ in range(count):
        x, y = rng.gauss(centre[0], spread[0]), rng.gauss(centre[1], spread[1])
        size, grey = rng.uniform(1.5, 6), rng.randrange(60, 150)
        draw.ellipse((x - size, y + 1, x + size * 1.3, y + size), fill=(30, 29, 28))
        draw.ellipse((x - size, y - size * 0.6, x + size, y + size * 0.6), fill=(grey, grey - 3, grey - 8))


def finish(rng: random.Random, image: Image.Image) -> Image.Image:
    """What a phone adds: slight softness, a cast, corners darker, sensor grain."""
    image = image.filter(ImageFilter.GaussianBlur(0.6))
    corners = Image.radial_gradient("L").resize(SIZE).point(lambda value: int(max(0, value - 120) * 0.42))
    shade(image, corners, 1.0)
    cast = rng.choice([(255, 248, 234), (240, 246, 255), (255, 255, 250), (255, 242, 222)])
    image = ImageChops.multiply(image, Image.new("RGB", SIZE, cast))
    grain = noise(rng, SIZE, 18)
    return ImageChops.add(image, Image.merge("RGB", [grain] * 3), 1, -128)
