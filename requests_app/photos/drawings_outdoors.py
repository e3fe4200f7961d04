"""More subjects of the drawn photos: trees, water, signs, snow."""

import math
import random

from PIL import Image, ImageDraw, ImageFont

from requests_app.photos.paint import (
    HEIGHT,
    SIZE,
    WIDTH,
    blob,
    cloud,
    material,
    polygon,
    shade,
    shadow,
    solid,
    street,
    stroke,
)


def fallen_tree(rng: random.Random) -> Image.Image:
    """A trunk across a street, with its crown and torn leaves."""
    image = street(rng)
    shadow(image, (560, 690), 620, 46, 0.7)
    trunk = [(-20, 560), (330, 590), (640, 620), (640, 668), (330, 672), (-20, 676)]
    solid(rng, image, trunk, (96, 76, 58), 0.2)
    for _ in range(70):
        x, y = rng.uniform(-10, 600), rng.uniform(585, 665)
        bark = stroke([(x, y), (x + 60, y + 4)], 3, 1)
        shade(image, bark, 0.5, rng.choice([(40, 30, 22), (134, 112, 90)]))
    for _ in range(12):
        angle, length = rng.uniform(-1.1, 0.8), rng.uniform(160, 420)
        end = (600 + length * math.cos(angle), 640 + length * math.sin(angle) * 0.8)
        limb = stroke([(590, 644), end], 15)
        shade(image, limb, 0.95, (78, 62, 48))
    draw = ImageDraw.Draw(image)
    for layer in range(5):
        for _ in range(900):
            x, y = rng.gauss(860, 150), rng.gauss(590, 88)
            size, green = rng.uniform(5, 15), 44 + layer * 17 + rng.randrange(26)
            turn = rng.uniform(0, math.pi)
            dx, dy = size * math.cos(turn), size * math.sin(turn) * 0.7
            leaf = [
                (x - dx, y - dy),
                (x + dy * 0.5, y - dx * 0.4),
                (x + dx, y + dy),
                (x - dy * 0.5, y + dx * 0.4),
            ]
            draw.polygon(leaf, fill=(int(green * 0.62), green, int(green * 0.36)))
    return image


def hydrant(rng: random.Random) -> Image.Image:
    """A hydrant that leaks over the pavement into the gutter."""
    image = street(rng)
    x, base = rng.uniform(500, 660), 660.0
    pool = blob(rng, (x + 90, base + 60), 420, 74, 0.2)
    shade(image, polygon(pool, 3), 0.6, (54, 62, 70))
    shine = polygon(blob(rng, (x + 60, base + 66), 300, 26, 0.3), 12)
    shade(image, shine, 0.45, (206, 216, 224))
    shadow(image, (x + 20, base), 120, 22, 0.7)
    red = rng.choice([(178, 44, 38), (196, 148, 40), (172, 52, 40)])
    solid(rng, image, [(x - 74, base - 26), (x + 74, base - 26), (x + 74, base), (x - 74, base)], red, 0.6)
    solid(
        rng,
        image,
        [(x - 52, base - 250), (x + 52, base - 250), (x + 56, base - 26), (x - 56, base - 26)],
        red,
        0.65,
    )
    for side in (-1, 1):
        arm = [
            (x + side * 50, base - 196),
            (x + side * 98, base - 196),
            (x + side * 98, base - 142),
            (x + side * 50, base - 142),
        ]
        solid(rng, image, arm, red, 0.5)
        cap = [
            (x + side * 96, base - 204),
            (x + side * 116, base - 200),
            (x + side * 116, base - 138),
            (x + side * 96, base - 134),
        ]
        solid(rng, image, cap, (150, 148, 142), 0.5)
    solid(
        rng,
        image,
        [(x - 68, base - 270), (x + 68, base - 270), (x + 68, base - 248), (x - 68, base - 248)],
        red,
        0.6,
    )
    dome = [
        (x + 58 * math.cos(a / 20 * math.pi), base - 268 - 62 * math.sin(a / 20 * math.pi)) for a in range(21)
    ]
    solid(rng, image, dome, red, 0.6)
    solid(
        rng,
        image,
        [(x - 15, base - 360), (x + 15, base - 360), (x + 15, base - 322), (x - 15, base - 322)],
        (120, 118, 112),
        0.4,
    )
    for _ in range(160):
        reach, drop = rng.uniform(0, 150), rng.gauss(0, 9)
        top = base - 168 + reach * reach * 0.0075 + drop
        jet = _drop(x + 114 + reach, top, 16)
        ImageDraw.Draw(image).line(
            jet, fill=(212, 222, 230) if rng.random() < 0.6 else (164, 180, 192), width=2
        )
    return image


def _drop(x: float, y: float, length: float) -> tuple[float, float, float, float]:
    """A short stroke of falling water."""
    return x, y, x + length * 0.55, y + length


def sign(rng: random.Random) -> Image.Image:
    """A bent and scratched DEAD END sign against the sky."""
    ramp = Image.linear_gradient("L").resize(SIZE)
    image = Image.composite(
        Image.new("RGB", SIZE, (214, 222, 228)), Image.new("RGB", SIZE, (128, 164, 202)), ramp
    )
    veil = cloud(rng, cell=300).point(lambda value: min(255, max(0, value - 118) * 2))
    shade(image, veil, 0.8, (236, 238, 240))
    draw = ImageDraw.Draw(image)
    for layer in range(4):
        for _ in range(1500):
            x = rng.uniform(0, WIDTH)
            y = 690 + rng.gauss(0, 46) + 40 * math.sin(x / 130) + layer * 42
            size, green = rng.uniform(6, 16), 50 + layer * 15 + rng.randrange(24)
            draw.ellipse(
                (x - size, y - size * 0.6, x + size, y + size * 0.6),
                fill=(int(green * 0.8), green, int(green * 0.5)),
            )
    image.paste(material(rng, (122, 124, 88), (WIDTH, 90), grain=110, patches=0.6), (0, HEIGHT - 90))
    board = Image.new("RGBA", SIZE, 0)
    panel = Image.new("RGB", SIZE, (222, 170, 36))
    panel.paste(material(rng, (226, 174, 34), grain=18, patches=0.16))
    face = ImageDraw.Draw(panel)
    face.polygon([(600, 86), (866, 352), (600, 618), (334, 352)], outline=(24, 22, 20), width=12)
    font = ImageFont.load_default(92)
    for text, y in (("DEAD", 262), ("END", 362)):
        face.text(
            (600, y),
            text,
            font=font,
            fill=(24, 22, 20),
            anchor="mt",
            stroke_width=4,
            stroke_fill=(24, 22, 20),
        )
    for _ in range(26):
        x, y = rng.uniform(400, 800), rng.uniform(180, 540)
        face.line((x, y, x + rng.uniform(-60, 60), y + rng.uniform(10, 50)), fill=(176, 140, 60), width=2)
    for _ in range(3):
        rust = polygon(blob(rng, (rng.uniform(430, 760), rng.uniform(240, 470)), 26, 34, 0.4), 6)
        shade(panel, rust, 0.6, (112, 62, 30))
    board.paste(panel, mask=polygon([(600, 62), (890, 352), (600, 642), (310, 352)]))
    board = board.rotate(
        rng.choice([-1, 1]) * rng.uniform(7, 15), Image.Resampling.BICUBIC, center=(600, 352)
    )
    post = [(585, 300), (615, 300), (618, HEIGHT), (588, HEIGHT)]
    solid(rng, image, post, (140, 144, 146), 0.5)
    image.paste(board.convert("RGB"), mask=board.getchannel("A"))
    for y in (270, 520):
        shadow(image, (600, y + 2), 9, 9, 0.7)
    return image


def snow(rng: random.Random) -> Image.Image:
    """A street under snow with wheel tracks, and flakes in the air."""
    image = street(rng)
    cover = material(rng, (218, 224, 234), grain=22, patches=0.09)
    edge = [(x, 372 + 14 * math.sin(x / 90 + rng.random())) for x in range(0, WIDTH + 41, 40)]
    image.paste(cover, mask=polygon([(0, HEIGHT), *edge, (WIDTH, HEIGHT)], 6))
    bank = blob(rng, (rng.uniform(200, 1000), 400), 460, 64, 0.2)
    shade(image, polygon([(x, y + 16) for x, y in bank], 14), 0.35, (110, 122, 146))
    image.paste(material(rng, (232, 236, 242), grain=24, patches=0.12), mask=polygon(bank, 5))
    for start, lean in ((420, -260), (700, 240)):
        track = [(start, 470), (start + 34, 470), (start + lean + 150, HEIGHT), (start + lean, HEIGHT)]
        shade(image, polygon(track, 11), 0.5, (104, 108, 116))
        rough = polygon(track, 6)
        rough.paste(0, mask=cloud(rng, cell=26).point(lambda value: 255 if value > 122 else 0))
        shade(image, rough, 0.5, (72, 72, 76))
    draw = ImageDraw.Draw(image)
    for _ in range(420):
        x, y, size = rng.uniform(0, WIDTH), rng.uniform(0, HEIGHT), rng.uniform(0.8, 3.4)
        draw.ellipse((x - size, y - size, x + size, y + size * 1.4), fill=(240, 243, 248))
    return image
