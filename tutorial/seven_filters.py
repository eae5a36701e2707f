#!/usr/bin/env python3
"""Prints docs/book/images/seven-filters.svg: a real seven, and what four filters of a trained network make of it.

    python3 tutorial/seven_filters.py > docs/book/images/seven-filters.svg

The maps are those of convForward in two_layer_cnn.py, from files in this tree: the first seven of the tests' 600
digits, and the first convolution of the network that the studio trained on MNIST (pixels less their mean, by their
deviation). A reader who prefers dark pages gets dark colours from the same file.
"""
import json
import pathlib

import numpy as np

from two_layer_cnn import DIGITS, Model, read

STUDIO = pathlib.Path(__file__).parent.parent / "studio/src/main/resources/io/fovea/studio"
STEPS = [0.5, 1.5, 3, 6]  # a number is one shade stronger from each of these
SAID = [("answers on the right and", "lower side of a stroke"), ("answers to paper: each", "stroke switches it off"),
        ("answers above the", "horizontal bar"), ("each stroke switches it off,", "but for spots left of the bar")]
STYLE = """<style>
text { font: 13px sans-serif; fill: #1f2328 } .small { font-size: 11px } .number { font-size: 9px }
.page { fill: #ffffff } .line { stroke: #1f2328; fill: none } .mark { stroke: #c0282d; fill: none; stroke-width: 2 }
.n4 { fill: #2f6fc4 } .n3 { fill: #6c9fdd } .n2 { fill: #a6c6ee } .n1 { fill: #d9e7f8 }
.p4 { fill: #d9640a } .p3 { fill: #ee8f41 } .p2 { fill: #f8bb86 } .p1 { fill: #fce3cb }
.k1 { fill: #d0d4d9 } .k2 { fill: #9aa1a9 } .k3 { fill: #5d646c } .k4 { fill: #1f2328 }
@media (prefers-color-scheme: dark) {
  text { fill: #e6edf3 } .page { fill: #0d1117 } .line { stroke: #e6edf3 } .mark { stroke: #ff7b72 }
  .n4 { fill: #5a9bf0 } .n3 { fill: #3d76bf } .n2 { fill: #28528a } .n1 { fill: #18304f }
  .p4 { fill: #ff9a45 } .p3 { fill: #c9722b } .p2 { fill: #8b4f1f } .p1 { fill: #4a2d16 }
  .k1 { fill: #353c45 } .k2 { fill: #69717b } .k3 { fill: #a5adb6 } .k4 { fill: #e6edf3 }
}
</style>"""


def first_convolution():
    data = (STUDIO / "inside/two-layer.safetensors").read_bytes()
    start = 8 + int.from_bytes(data[:8], "little")
    header = json.loads(data[8:start])
    scaled = json.loads(header["__metadata__"]["fovea.network"])["preprocessing"]

    def tensor(name):
        begin, end = header[name]["data_offsets"]
        return np.frombuffer(data[start + begin:start + end], "<f4").reshape(header[name]["shape"]).astype(float)

    return tensor("conv1.weight"), tensor("conv1.bias"), scaled["mean"][0], scaled["deviation"][0]


def shade(value):
    strength = sum(abs(value) >= step for step in STEPS)
    return ("n" if value < 0 else "p") + str(strength) if strength else ""


def grid(x, y, side, classes):
    """Rows of squares; neighbours of one class are one shape."""
    paths = {}
    for i, row in enumerate(classes):
        j = 0
        while j < len(row):
            end = j
            while end < len(row) and row[end] == row[j]:
                end += 1
            paths.setdefault(row[j], []).append(f"M{j} {i}h{end - j}v1h{j - end}z")
            j = end
    shapes = "\n".join(f'<path class="{name}" d="{"".join(d)}"/>' for name, d in sorted(paths.items()) if name)
    rows, columns = len(classes), len(classes[0])
    return (f'<g transform="translate({x} {y}) scale({side})" shape-rendering="crispEdges">\n{shapes}\n</g>\n'
            f'<rect class="line" x="{x}" y="{y}" width="{columns * side}" height="{rows * side}"/>')


def text(x, y, words, kind="", anchor="middle"):
    return f'<text x="{x}" y="{y}" class="{kind}" text-anchor="{anchor}">{words}</text>'


def main():
    w, b, mean, deviation = first_convolution()
    pixels = read(DIGITS, "train-images-idx3", 16).reshape(-1, 1, 28, 28)
    seven = int(np.flatnonzero(read(DIGITS, "train-labels-idx1", 8) == 7)[0])
    maps, _ = Model().convForward((pixels[seven:seven + 1] / 255 - mean) / deviation, w, b)
    ink = [[f"k{value // 52}" if value >= 52 else "" for value in row] for row in np.minimum(pixels[seven, 0], 255)]
    # The figure follows the largest number of map 2.
    row, column = (int(k) for k in np.unravel_index(maps[0, 2].argmax(), (28, 28)))
    drawn = [text(16, 24, "a seven: image 15 of MNIST", anchor="start"),
             text(16, 60, "Above: 25 weights of each filter.", "small", "start"),
             text(16, 78, "Below: the map that the filter makes", "small", "start"),
             text(16, 96, "of the seven, before the ReLU.", "small", "start"),
             text(16, 122, "Blue is below 0, orange above.", "small", "start"),
             text(16, 140, "The ReLU keeps what is orange.", "small", "start"), grid(16, 190, 6, ink),
             f'<rect class="mark" x="{16 + 6 * (column - 2)}" y="{190 + 6 * (row - 2)}" width="30" height="30"/>']
    for f, lines in enumerate(SAID):
        x = 216 + 196 * f
        drawn.append(text(x + 84, 24, f"filter {f}"))
        drawn.append(grid(x + 19, 36, 26, [[shade(8 * v) for v in row] for row in w[f, 0]]))
        drawn += [text(x + 32 + 26 * v, 52 + 26 * u, f"{w[f, 0, u, v]:.2f}", "number")
                  for u in range(5) for v in range(5)]
        drawn.append(text(x + 84, 182, f"map {f}: from {maps[0, f].min():.1f} to {maps[0, f].max():.1f}", "small"))
        drawn.append(grid(x, 190, 6, [[shade(v) for v in row] for row in maps[0, f]]))
        drawn += [text(x + 84, 376 + 16 * line, words) for line, words in enumerate(lines)]
    x, y, value = 216 + 2 * 196 + 6 * column, 190 + 6 * row, maps[0, 2, row, column]
    drawn.append(f'<rect class="mark" x="{x}" y="{y}" width="6" height="6"/>')
    drawn.append(text(500, 424, "In the red window of the seven, 25 products and the bias of filter 2 add up to "
                                f"{value:.2f}: the red square in map 2."))
    print('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1000 440" width="1000" height="440" role="img">\n'
          "<title>A handwritten seven, four filters of 5 x 5 weights, and the maps that they make of it</title>\n"
          f'{STYLE}\n<rect class="page" width="1000" height="440"/>\n' + "\n".join(drawn) + "\n</svg>")


if __name__ == "__main__":
    main()
