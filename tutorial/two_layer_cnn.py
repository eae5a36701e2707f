#!/usr/bin/env python3
"""Mike James's two-layer convolutional network in numpy, with the names of his post and without its faults.

    python3 tutorial/two_layer_cnn.py [FOLDER]

takes four steps of 32 images and prints each loss beside the loss that PyTorch computed from the same weights. FOLDER
has MNIST's files, packed or not; without one, the 600 digits of this project's tests are read. A number in brackets is
that of the fault which stood there, in docs/book/what-the-numpy-version-gets-wrong.md. Read this file, and compare your
own with it: if you want to train for longer, TwoLayerCnn.java beside it shuffles, counts epochs and tests.
"""
import gzip
import pathlib
import sys

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

DIGITS = pathlib.Path(__file__).parent.parent / "core/src/test/resources/golden"
PYTORCH = [2.330166981184315, 2.25103183511232, 1.982941630038684, 1.6621764560833128]  # 2.6.0, float64


def relu(x):  # for all who need it (17)
    return np.maximum(x, 0)


def softmax(scores):
    e = np.exp(scores - scores.max(axis=1, keepdims=True))  # less the largest: exp(800) is too large for a float
    return e / e.sum(axis=1, keepdims=True)


def uniform(salt, *shape):
    """Weights of He's size (15) from a formula, because two libraries never draw the same random numbers."""
    i = np.arange(np.prod(shape), dtype=np.uint64)
    u = (i * np.uint64(2654435761) + np.uint64(salt * 40503)) % np.uint64(1 << 32) / 2.0**32
    return (np.sqrt(6 / np.prod(shape[1:])) * (2 * u - 1)).reshape(shape)


class Model:
    """Two convolutions, a ReLU between them, and two dense layers, a ReLU between those."""

    def __init__(self, image=(1, 28, 28), num_filters=(16, 32), filter_sz=5, hidden=100, num_classes=10):
        self.stride, self.pad = 1, 2
        (channels, *size), (f1, f2) = image, num_filters
        for _ in num_filters:  # each size follows from the one before (4)
            size = [(n + 2 * self.pad - filter_sz) // self.stride + 1 for n in size]
        self.params = {
            "c1_filters": uniform(1, f1, channels, filter_sz, filter_sz), "c1_b": np.zeros(f1),
            "c2_filters": uniform(2, f2, f1, filter_sz, filter_sz), "c2_b": np.zeros(f2),  # f1 channels (3)
            "fc_W1": uniform(3, hidden, f2 * size[0] * size[1]).T, "fc_b1": np.zeros(hidden),
            "fc_W2": uniform(4, num_classes, hidden).T, "fc_b2": np.zeros(num_classes)}
        self.velocity = {name: np.zeros_like(w) for name, w in self.params.items()}

    def windows(self, x_pad, k):
        """All that a filter sees, (N, C, h_out, w_out, HH, WW): the stride says where a window starts, only k's shape
        how large it is (5). Nothing is copied; numpy looks at the same numbers."""
        return sliding_window_view(x_pad, k.shape[2:], axis=(2, 3))[:, :, ::self.stride, ::self.stride]

    def convForward(self, x, k, b):
        x_pad = np.pad(x, ((0, 0), (0, 0), (self.pad, self.pad), (self.pad, self.pad)))
        products = np.einsum("ncijuv,fcuv->nfij", self.windows(x_pad, k), k, optimize=True)
        return products + b[:, None, None], (x_pad, k)  # the bias once, outside of the sum (6)

    def convBackward(self, dout, cache):
        x_pad, k = cache
        s, (h_out, w_out), dx_pad = self.stride, dout.shape[2:], np.zeros_like(x_pad)
        for u in range(k.shape[2]):
            for v in range(k.shape[3]):  # where forward read a pixel times k, add dout times k (11)
                dx_pad[:, :, u:u + s * h_out:s, v:v + s * w_out:s] += np.einsum(
                    "nfij,fc->ncij", dout, k[:, :, u, v], optimize=True)
        dw = np.einsum("nfij,ncijuv->fcuv", dout, self.windows(x_pad, k), optimize=True)
        return {"x": dx_pad[:, :, self.pad:-self.pad, self.pad:-self.pad], "w": dw, "b": dout.sum(axis=(0, 2, 3))}

    def fc_forward(self, x):
        a1 = x @ self.params["fc_W1"] + self.params["fc_b1"]  # a bias is added (7)
        return relu(a1) @ self.params["fc_W2"] + self.params["fc_b2"], (x, a1)

    def fc_backward(self, y, scores, cache):
        (x, a1), images = cache, np.arange(len(y))
        probabilities = softmax(scores)
        dscores = probabilities.copy()  # a second array, not a second name
        dscores[images, y] -= 1  # subtracted (8)
        dscores /= len(y)
        da1 = dscores @ self.params["fc_W2"].T * (a1 > 0)  # from behind, where the ReLU was open (9)
        grads = {"fc_W2": relu(a1).T @ dscores, "fc_b2": dscores.sum(axis=0),
                 "fc_W1": x.T @ da1, "fc_b1": da1.sum(axis=0)}
        return -np.log(probabilities[images, y]).mean(), grads, da1 @ self.params["fc_W1"].T

    def loss(self, x, y, reg):  # with self (16), and reg goes on (19)
        p = self.params
        c1_out, c1_cache = self.convForward(x, p["c1_filters"], p["c1_b"])
        c2_out, c2_cache = self.convForward(relu(c1_out), p["c2_filters"], p["c2_b"])  # one name a value (12)
        scores, fc_cache = self.fc_forward(c2_out.reshape(len(x), -1))
        data_loss, grads, dx = self.fc_backward(y, scores, fc_cache)
        c2 = self.convBackward(dx.reshape(c2_out.shape), c2_cache)
        c1 = self.convBackward(c2["x"] * (c1_out > 0), c1_cache)
        grads.update({"c1_filters": c1["w"], "c1_b": c1["b"], "c2_filters": c2["w"], "c2_b": c2["b"]})
        weights = [name for name, w in p.items() if w.ndim > 1]
        for name in weights:  # what the loss pays, the gradient must know (10)
            grads[name] += reg * p[name]
        return data_loss, reg / 2 * sum((p[name] ** 2).sum() for name in weights), grads

    def update(self, grads, learning_rate, momentum):  # (14)
        for name, grad in grads.items():
            self.velocity[name] = momentum * self.velocity[name] + grad
            self.params[name] = self.params[name] - learning_rate * self.velocity[name]


def read(folder, name, header):
    plain = pathlib.Path(folder, name + "-ubyte")
    packed = plain.with_name(plain.name + ".gz")
    data = plain.read_bytes() if plain.exists() else gzip.decompress(packed.read_bytes())
    return np.frombuffer(data, np.uint8)[header:]  # an array, labels too (18)


def main(folder=DIGITS):
    images = read(folder, "train-images-idx3", 16).reshape(-1, 1, 28, 28) / 255  # a channel (2), from 0 to 1 (1)
    labels = read(folder, "train-labels-idx1", 8)
    model = Model()
    for step, pytorch in enumerate(PYTORCH):
        batch = slice(32 * step, 32 * step + 32)
        data_loss, reg_loss, grads = model.loss(images[batch], labels[batch], reg=1e-4)
        model.update(grads, learning_rate=0.02, momentum=0.9)
        print(f"step {step + 1}: loss {data_loss:.15f}, PyTorch {pytorch:.15f}, with L2 {data_loss + reg_loss:.15f}")


if __name__ == "__main__":
    main(*sys.argv[1:])
