"""The same backbone and settings in PyTorch: prints the test accuracy.

    torch_side.py photos.csv model.safetensors head|tuned

The backbone's weights come from a model that `fovea train --pretrained openimages` has written.
head: logistic regression by L-BFGS on cached pooled features, C = 0.01.
tuned: all layers, Adam 0.0003 with a warm-up of 10 steps and a cosine, 30 epochs, batches of 16,
label smoothing 0.1, clipping at norm 1, a random resized crop of 50 to 100 % of the area.
"""
import csv
import json
import math
import random
import struct
import sys

import numpy
import torch
from PIL import Image
from torch import nn

SIDE = 160
STAGES = [(1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1),
          (6, 160, 3, 2), (6, 320, 1, 1)]


class Convolution(nn.Module):
    """A convolution with bias, TensorFlow's SAME padding, and ReLU6 where it is wanted."""

    def __init__(self, inputs, outputs, kernel, stride=1, groups=1, relu=True):
        super().__init__()
        self.pad = (0, 1, 0, 1) if stride == 2 else (kernel // 2,) * 4
        self.conv = nn.Conv2d(inputs, outputs, kernel, stride, groups=groups)
        self.relu = relu

    def forward(self, x):
        y = self.conv(nn.functional.pad(x, self.pad))
        return nn.functional.relu6(y) if self.relu else y


class Block(nn.Module):
    def __init__(self, inputs, outputs, stride, expansion):
        super().__init__()
        hidden = expansion * inputs
        parts = [Convolution(inputs, hidden, 1)] if expansion != 1 else []
        parts.append(Convolution(hidden, hidden, 3, stride, hidden))
        parts.append(Convolution(hidden, outputs, 1, relu=False))
        self.parts = nn.Sequential(*parts)
        self.joins = stride == 1 and inputs == outputs

    def forward(self, x):
        return x + self.parts(x) if self.joins else self.parts(x)


def backbone(path):
    """MobileNetV2 without its last layer; weights in the order of the file's names."""
    layers, channels = [Convolution(3, 32, 3, 2)], 32
    for expansion, outputs, count, stride in STAGES:
        for i in range(count):
            layers.append(Block(channels, outputs, stride if i == 0 else 1, expansion))
            channels = outputs
    layers.append(Convolution(channels, 1280, 1))
    net = nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten())
    tensors = safetensors(path)
    names = ["features_0_0"]
    for block in range(1, 18):
        parts = ["0_0", "1"] if block == 1 else ["0_0", "1_0", "2"]
        names += [f"features_{block}_conv_{part}" for part in parts]
    names.append("features_18_0")
    convolutions = [m.conv for m in net.modules() if isinstance(m, Convolution)]
    assert len(names) == len(convolutions) == 52
    for name, conv in zip(names, convolutions):
        conv.weight.data = tensors[name + ".weight"]
        conv.bias.data = tensors[name + ".bias"]
    return net


def safetensors(path):
    with open(path, "rb") as file:
        header = json.loads(file.read(struct.unpack("<Q", file.read(8))[0]))
        data = file.read()
    tensors = {}
    for name, entry in header.items():
        if name != "__metadata__" and entry["dtype"] == "F32":
            begin, end = entry["data_offsets"]
            values = numpy.frombuffer(data[begin:end], dtype="<f4").copy()
            tensors[name] = torch.from_numpy(values).reshape(entry["shape"])
    return tensors


def photo(path):
    image = Image.open(path).convert("RGB")
    side = min(image.size)
    left, top = (image.width - side) // 2, (image.height - side) // 2
    image = image.crop((left, top, left + side, top + side))
    return image.resize((SIDE, SIDE), Image.BILINEAR)


def inputs(images):
    x = torch.from_numpy(numpy.stack([numpy.asarray(i, dtype=numpy.float32) for i in images]))
    return (x / 127.5 - 1).permute(0, 3, 1, 2).contiguous()


def crop(image, rng):
    for _ in range(10):
        area = rng.uniform(0.5, 1) * SIDE * SIDE
        ratio = math.exp(rng.uniform(math.log(3 / 4), math.log(4 / 3)))
        width, height = round(math.sqrt(area * ratio)), round(math.sqrt(area / ratio))
        if width <= SIDE and height <= SIDE:
            left, top = rng.randint(0, SIDE - width), rng.randint(0, SIDE - height)
            box = (left, top, left + width, top + height)
            return image.resize((SIDE, SIDE), Image.BILINEAR, box=box)
    return image


def features(net, images):
    net.eval()
    with torch.no_grad():
        return torch.cat([net(inputs(images[i:i + 32])) for i in range(0, len(images), 32)])


def head(net, train, labels, test, expected, classes):
    x = features(net, train)
    mean, deviation = x.mean(0), x.std(0, unbiased=False) + 1e-6
    x = (x - mean) / deviation
    layer = nn.Linear(x.shape[1], classes)
    nn.init.zeros_(layer.weight)
    strength = 1 / (0.01 * len(train))
    optimizer = torch.optim.LBFGS(layer.parameters(), max_iter=200, line_search_fn="strong_wolfe")

    def closure():
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(layer(x), labels)
        loss = loss + strength / 2 * (layer.weight ** 2).sum()
        loss.backward()
        return loss

    optimizer.step(closure)
    answers = layer((features(net, test) - mean) / deviation).argmax(1)
    return (answers == expected).float().mean().item()


def tuned(net, train, labels, test, expected, classes):
    epochs, batch, rng = 30, 16, random.Random(1)
    layer = nn.Linear(1280, classes)
    nn.init.zeros_(layer.weight)
    nn.init.zeros_(layer.bias)
    parameters = list(net.parameters()) + list(layer.parameters())
    optimizer = torch.optim.Adam(parameters, lr=0.0003)
    steps = epochs * math.ceil(len(train) / batch)
    step = 0
    net.train()
    for _ in range(epochs):
        order = list(range(len(train)))
        rng.shuffle(order)
        for begin in range(0, len(order), batch):
            part = order[begin:begin + batch]
            rate = 0.0003 * min(1, (step + 1) / 10) * (1 + math.cos(math.pi * step / steps)) / 2
            optimizer.param_groups[0]["lr"] = rate
            x = inputs([crop(train[i], rng) for i in part])
            logits = layer(nn.functional.dropout(net(x), 0.2))
            loss = nn.functional.cross_entropy(logits, labels[part], label_smoothing=0.1)
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(parameters, 1)
            optimizer.step()
            step += 1
    answers = layer(features(net, test)).argmax(1)
    return (answers == expected).float().mean().item()


def main():
    manifest, model, way = sys.argv[1:]
    torch.manual_seed(1)
    with open(manifest, newline="") as file:
        rows = list(csv.DictReader(file))
    classes = sorted({row["label"] for row in rows})
    parts = {}
    for name in ("train", "test"):
        own = [row for row in rows if row["split"] == name]
        labels = torch.tensor([classes.index(row["label"]) for row in own])
        parts[name] = ([photo(row["file"]) for row in own], labels)
    net = backbone(model)
    run = head if way == "head" else tuned
    print(run(net, *parts["train"], *parts["test"], len(classes)))


if __name__ == "__main__":
    main()
