"""PyTorch's side of bench/rivals: trains like the others, with the arguments that every side takes.

Usage: torch_train.py train NETWORK BATCH DATA WARM-UP-SECONDS WARM-UP-STEPS SECONDS
"""

import glob
import os
import resource
import sys
import time
from collections import deque

THREADS, SEED, MOMENTUM, L2, CLASSES = 2, 42, 0.9, 1e-4, 10
LEARNING_RATES = {"two-layer": 0.01, "pooled": 0.05, "resnet8": 0.05}  # photos: 0.01
PHOTOS = ("mobilenet-v2", "resnet18", "efficientnet-b0")


def read_idx(folder, beginning):
    """The array of bytes in an IDX file."""
    (path,) = glob.glob(os.path.join(glob.escape(folder), beginning + "*"))
    with open(path, "rb") as file:
        content = bytearray(file.read())
    rank = content[3]
    sizes = [int.from_bytes(content[4 + 4 * d : 8 + 4 * d], "big") for d in range(rank)]
    return torch.frombuffer(content, dtype=torch.uint8, offset=4 + 4 * rank).view(sizes)


def convolution(channels, filters, kernel, stride=1, bias=True):
    return nn.Conv2d(channels, filters, kernel, stride, kernel // 2, bias=bias)


def head(features):
    return [nn.Flatten(), nn.Linear(features, 100), nn.ReLU(), nn.Linear(100, CLASSES)]


def residual_class():
    class Residual(nn.Module):
        """A basic block: two 3x3 convolutions with batch norm, and a shortcut."""

        def __init__(self, channels, filters, stride):
            super().__init__()
            self.path = nn.Sequential(
                convolution(channels, filters, 3, stride, bias=False),
                nn.BatchNorm2d(filters),
                nn.ReLU(),
                convolution(filters, filters, 3, bias=False),
                nn.BatchNorm2d(filters),
            )
            self.shortcut = nn.Identity()
            if stride != 1 or channels != filters:
                self.shortcut = nn.Sequential(
                    convolution(channels, filters, 1, stride, bias=False), nn.BatchNorm2d(filters)
                )

        def forward(self, x):
            return torch.relu(self.path(x) + self.shortcut(x))

    return Residual


def rectified(inputs, outputs, kernel, stride=1, groups=1):
    """Convolution, batch norm, ReLU6."""
    conv = nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, groups=groups, bias=False)
    return [conv, nn.BatchNorm2d(outputs), nn.ReLU6(inplace=True)]


def inverted_class():
    class Inverted(nn.Module):
        """MobileNetV2's block (arXiv 1801.04381, figure 4)."""

        def __init__(self, channels, filters, stride, expansion):
            super().__init__()
            hidden = expansion * channels
            path = rectified(channels, hidden, 1) if expansion != 1 else []
            path += rectified(hidden, hidden, 3, stride, hidden)
            path += [convolution(hidden, filters, 1, bias=False), nn.BatchNorm2d(filters)]
            self.path = nn.Sequential(*path)
            self.joins = stride == 1 and channels == filters

        def forward(self, x):
            return x + self.path(x) if self.joins else self.path(x)

    return Inverted


def swished(inputs, outputs, kernel, stride=1, groups=1):
    """Convolution, batch norm, SiLU."""
    return [*rectified(inputs, outputs, kernel, stride, groups)[:2], nn.SiLU(inplace=True)]


def squeezing_class():
    class Squeezing(nn.Module):
        """Squeeze-and-excitation as in torchvision: 1x1 convolutions of the means of the channels."""

        def __init__(self, channels, squeezed):
            super().__init__()
            layers = [nn.AdaptiveAvgPool2d(1), nn.Conv2d(channels, squeezed, 1), nn.SiLU(inplace=True)]
            self.gate = nn.Sequential(*layers, nn.Conv2d(squeezed, channels, 1), nn.Sigmoid())

        def forward(self, x):
            return x * self.gate(x)

    return Squeezing


def efficient_class():
    squeezing = squeezing_class()

    class Efficient(nn.Module):
        """EfficientNet's block (arXiv 1905.11946) as in torchvision, without stochastic depth."""

        def __init__(self, channels, filters, kernel, stride, expansion):
            super().__init__()
            hidden = expansion * channels
            path = swished(channels, hidden, 1) if expansion != 1 else []
            path += [*swished(hidden, hidden, kernel, stride, hidden), squeezing(hidden, channels // 4)]
            path += [convolution(hidden, filters, 1, bias=False), nn.BatchNorm2d(filters)]
            self.path = nn.Sequential(*path)
            self.joins = stride == 1 and channels == filters

        def forward(self, x):
            return x + self.path(x) if self.joins else self.path(x)

    return Efficient


def efficient_layers():
    """All but the last block, the last block, and what is before the classifier."""
    efficient = efficient_class()
    first, channels = swished(3, 32, 3, 2), 32
    stages = [(1, 3, 1, 16, 1), (6, 3, 2, 24, 2), (6, 5, 2, 40, 2), (6, 3, 2, 80, 3), (6, 5, 1, 112, 3), (6, 5, 2, 192, 4)]
    for expansion, kernel, stride, filters, count in stages:
        for block in range(count):
            first.append(efficient(channels, filters, kernel, stride if block == 0 else 1, expansion))
            channels = filters
    return first, [efficient(channels, 320, 3, 1, 6), *swished(320, 1280, 1)], 1280, [nn.Dropout(0.2)]


def photo_layers(name):
    """What can be frozen, the last block, and the classifier."""
    if name == "efficientnet-b0":
        first, last, features, dropout = efficient_layers()
    elif name.startswith("resnet18"):
        residual = residual_class()
        first = [nn.Conv2d(3, 64, 7, 2, 3, bias=False), nn.BatchNorm2d(64), nn.ReLU(inplace=True)]
        first += [nn.MaxPool2d(3, 2, 1), residual(64, 64, 1), residual(64, 64, 1)]
        first += [residual(64, 128, 2), residual(128, 128, 1), residual(128, 256, 2)]
        first += [residual(256, 256, 1), residual(256, 512, 2)]
        last, features, dropout = [residual(512, 512, 1)], 512, []
    else:
        inverted = inverted_class()
        first, channels = rectified(3, 32, 3, 2), 32
        stages = [(1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2)]
        for expansion, filters, count, stride in stages:
            for block in range(count):
                first.append(inverted(channels, filters, stride if block == 0 else 1, expansion))
                channels = filters
        last = [inverted(channels, 320, 1, 6), *rectified(320, 1280, 1)]
        features, dropout = 1280, [nn.Dropout(0.2)]
    end = [nn.AdaptiveAvgPool2d(1), nn.Flatten(), *dropout, nn.Linear(features, CLASSES)]
    return [nn.Sequential(*first), *last, *end]


def network(name):
    if name == "two-layer":
        layers = [convolution(1, 16, 5), nn.ReLU(), convolution(16, 32, 5), *head(32 * 28 * 28)]
    elif name == "pooled":
        layers = [convolution(1, 16, 5), nn.ReLU(), nn.MaxPool2d(2)]
        layers += [convolution(16, 32, 5), nn.ReLU(), nn.MaxPool2d(2), *head(32 * 7 * 7)]
    elif name.removesuffix("-last") in PHOTOS:
        layers = photo_layers(name)
    else:
        residual = residual_class()
        layers = [convolution(3, 16, 3, bias=False), nn.BatchNorm2d(16), nn.ReLU()]
        layers += [residual(16, 16, 1), residual(16, 32, 2), residual(32, 64, 2)]
        layers += [nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(64, CLASSES)]
    model = nn.Sequential(*layers)
    for module in model.modules():
        if isinstance(module, (nn.Conv2d, nn.Linear)):
            nn.init.kaiming_normal_(module.weight)
            if module.bias is not None:
                nn.init.zeros_(module.bias)
    # Channels-last and the fused optimizer: 2,124 images/s against 1,912 on two-layer, 6,966 against 6,095 on pooled.
    return model.to(memory_format=torch.channels_last)


class Training:
    """A network in training on all images of a folder."""

    def __init__(self, name, batch, folder):
        images = read_idx(folder, "train-images")
        if images.dim() == 3:
            images = images.unsqueeze(1)
        self.images = images.contiguous(memory_format=torch.channels_last)
        self.labels = read_idx(folder, "train-labels").long()
        self.batch = batch
        self.model = network(name)
        if name.endswith("-last"):
            self.model[0].eval().requires_grad_(False)
        decaying = [p for p in self.model.parameters() if p.requires_grad and p.dim() > 1]
        plain = [p for p in self.model.parameters() if p.requires_grad and p.dim() <= 1]
        self.optimizer = torch.optim.SGD(
            [{"params": decaying, "weight_decay": L2}, {"params": plain, "weight_decay": 0.0}],
            lr=LEARNING_RATES.get(name, 0.01),
            momentum=MOMENTUM,
            fused=True,
        )
        self.loss = nn.CrossEntropyLoss()

    def step(self, indices):
        """Bytes to floats, forward, loss, backward, update; returns the mean loss before the update."""
        x = self.images[indices].to(torch.float32, memory_format=torch.channels_last).div_(255)
        self.optimizer.zero_grad()
        loss = self.loss(self.model(x), self.labels[indices])
        loss.backward()
        self.optimizer.step()
        return loss.item()

    def train(self, listener):
        """Passes in a new order each, until the listener has had enough."""
        while True:
            for indices in torch.randperm(len(self.labels)).split(self.batch):
                if not listener(len(indices), self.step(indices)):
                    return


class Stopwatch:
    """Warms up for so many seconds and steps, then measures for some seconds."""

    def __init__(self, warm_up_seconds, warm_up_steps, seconds):
        self.warm_up_seconds, self.warm_up_steps, self.seconds = warm_up_seconds, warm_up_steps, seconds
        self.started, self.begin, self.end = time.perf_counter(), None, None
        self.steps, self.images, self.losses = 0, 0, deque(maxlen=100)

    def __call__(self, images, loss):
        now = time.perf_counter()
        self.losses.append(loss)
        if self.begin is None:
            self.steps += 1
            if self.steps < self.warm_up_steps or now - self.started < self.warm_up_seconds:
                return True
            self.begin = now
        else:
            self.images += images
            self.end = now
        return now - self.begin < self.seconds


def measure(action, name, batch, folder, warm_up_seconds, warm_up_steps, seconds):
    torch.set_num_threads(THREADS)
    torch.set_num_interop_threads(1)
    torch.manual_seed(SEED)
    training = Training(name, int(batch), folder)
    warm_up = float(warm_up_seconds), int(warm_up_steps)
    watch = Stopwatch(*warm_up, float(seconds))
    training.train(watch)
    rate = watch.images / (watch.end - watch.begin)
    loss = sum(watch.losses) / len(watch.losses)
    version = torch.__version__.split("+")[0]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1.024e-3
    print(f"result images/s {rate:.6g} peak-MB {peak:.6g} loss {loss:.6g} library PyTorch {version} from Python", flush=True)


if __name__ == "__main__":
    try:
        import torch
        from torch import nn
    except ImportError as missing:
        print(f"unable {missing}; on Debian install python3-torch and libopenblas0-openmp", flush=True)
        sys.exit(1)
    measure(*sys.argv[1:])
