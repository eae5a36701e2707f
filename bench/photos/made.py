#!/usr/bin/env python3
"""Makes photo-like pictures of six shapes on uneven ground, the same for each call.

    bench/photos/made.py FOLDER [PICTURES] [SIDE]

A set of our own for bench/photos/run: colours say nothing, so only the outline tells the classes.
PICTURES a class, 120 unless given; each of SIDE x SIDE pixels, of four sizes unless given.
"""
import math
import pathlib
import random
import sys

from PIL import Image, ImageDraw, ImageFilter

SIZES = [(240, 180), (200, 200), (180, 260), (320, 240)]


def polygon(corners, radius, inner=1.0, height=1.0):
    """The corners of a regular polygon; every second one lies at `inner` of the radius."""
    points = []
    for i in range(corners):
        r = radius if i % 2 == 0 else inner * radius
        angle = 2 * math.pi * i / corners
        points.append((r * math.cos(angle), height * r * math.sin(angle)))
    return points


def cross(radius):
    a, r = 0.3 * radius, radius
    return [(-a, -r), (a, -r), (a, -a), (r, -a), (r, a), (a, a),
            (a, r), (-a, r), (-a, a), (-r, a), (-r, -a), (-a, -a)]


SHAPES = {
    "triangle": lambda r: polygon(3, r),
    "square": lambda r: polygon(4, r),
    "hexagon": lambda r: polygon(6, r),
    "star": lambda r: polygon(10, r, inner=0.42),
    "cross": cross,
    "ellipse": lambda r: polygon(40, r, height=0.6),
}


def colour(rng, least=0, most=256):
    return tuple(rng.randrange(least, most) for _ in range(3))


def ground(rng, width, height):
    small = Image.new("RGB", (6, 6))
    small.putdata([colour(rng, 30, 226) for _ in range(36)])
    image = small.resize((width, height), Image.BICUBIC)
    draw = ImageDraw.Draw(image)
    for _ in range(rng.randrange(3, 9)):
        x, y = rng.randrange(width), rng.randrange(height)
        line = colour(rng)
        draw.line((x, y, rng.randrange(width), rng.randrange(height)), fill=line, width=rng.randrange(1, 6))
    return image, draw


def picture(shape, rng, sizes):
    width, height = rng.choice(sizes)
    image, draw = ground(rng, width, height)
    radius = min(width, height) * rng.uniform(0.16, 0.42)
    turn, stretch = rng.uniform(0, 2 * math.pi), rng.uniform(0.7, 1.3)
    centre = width * rng.uniform(0.3, 0.7), height * rng.uniform(0.3, 0.7)
    cos, sin = math.cos(turn), math.sin(turn)
    points = [(centre[0] + stretch * (x * cos - y * sin), centre[1] + (x * sin + y * cos) / stretch)
              for x, y in shape(radius)]
    fill = colour(rng)
    if rng.random() < 0.5:
        draw.polygon(points, fill=fill)
    else:
        draw.line(points + points[:2], fill=fill, width=rng.randrange(4, 10))
    return image.filter(ImageFilter.GaussianBlur(rng.uniform(0, 1.5)))


def main():
    if not 2 <= len(sys.argv) <= 4:
        sys.exit(__doc__)
    pictures = int(sys.argv[2]) if len(sys.argv) > 2 else 120
    sizes = [(int(sys.argv[3]),) * 2] if len(sys.argv) > 3 else SIZES
    for number, (name, shape) in enumerate(SHAPES.items()):
        folder = pathlib.Path(sys.argv[1]) / name
        folder.mkdir(parents=True, exist_ok=True)
        for i in range(pictures):
            rng = random.Random(1000 * number + i if i < 1000 else f"{name} {i}")
            picture(shape, rng, sizes).save(folder / f"{i:03}.jpg", quality=rng.randrange(60, 95))


if __name__ == "__main__":
    main()
