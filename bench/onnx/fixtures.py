#!/usr/bin/python3
"""Small ONNX models in the node patterns of real exporters, for the tests of module format.

    fixtures.py OUT        OUT is format/src/test/resources/io/fovea/format/onnx/models

Channels are few and weights are random, but operators, attributes, opsets and the arithmetic around shapes are those
of Caffe2 (the ONNX model zoo's first generation), PyTorch's exporters, tf2onnx (Keras) and hand-written graphs.
Needs python3-onnx.
"""

import pathlib
import sys

import numpy
import onnx
from onnx import TensorProto, helper, numpy_helper


class Builder:
    """A graph in the making: each call of an operator adds a node and returns its output."""

    def __init__(self, name, opset, ir, input_shape, input_name="input"):
        self.name, self.opset, self.ir = name, opset, ir
        self.nodes, self.weights = [], []
        self.random = numpy.random.default_rng([7, *name.encode()])
        self.input = helper.make_tensor_value_info(input_name, TensorProto.FLOAT, input_shape)
        self.x = input_name
        self.count = 0

    def constant(self, values, name=None, kind=numpy.float32):
        self.count += 1
        name = name or f"const_{self.count}"
        self.weights.append(numpy_helper.from_array(numpy.asarray(values, kind), name))
        return name

    def ints(self, *values, name=None):
        return self.constant(values, name, numpy.int64)

    def scalar(self, value):
        return self.constant(numpy.float32(value))

    def normal(self, shape, deviation=0.1, mean=0.0, name=None):
        return self.constant(self.random.normal(mean, deviation, shape), name)

    def node(self, op, inputs, name="", outputs=1, **attributes):
        self.count += 1
        out = [f"{name or op}_{self.count}_out{k}" if outputs > 1 else f"{name or op}_{self.count}" for k in range(outputs)]
        self.nodes.append(helper.make_node(op, inputs, out, name=name, **attributes))
        return out if outputs > 1 else out[0]

    def conv(self, x, channels, filters, kernel, name="", bias=True, groups=1, **attributes):
        kernel = (kernel, kernel) if isinstance(kernel, int) else kernel
        fan_in = channels // groups * kernel[0] * kernel[1]
        w = self.normal((filters, channels // groups, *kernel), (2 / fan_in) ** 0.5, name=name + ".weight" if name else None)
        inputs = [x, w] + ([self.normal((filters,), name=name + ".bias" if name else None)] if bias else [])
        return self.node("Conv", inputs, name, kernel_shape=list(kernel), group=groups, **attributes)

    def bn(self, x, channels, name="", **attributes):
        def part(suffix, values):
            return self.constant(values, f"{name}.{suffix}" if name else None)

        random = self.random
        inputs = [
            x,
            part("weight", random.uniform(0.5, 1.5, channels)),
            part("bias", random.normal(0, 0.2, channels)),
            part("running_mean", random.normal(0, 0.2, channels)),
            part("running_var", random.uniform(0.5, 2, channels)),
        ]
        return self.node("BatchNormalization", inputs, name, epsilon=1e-5, **attributes)

    def relu(self, x):
        return self.node("Relu", [x])

    def gemm(self, x, features, outputs, name="", **attributes):
        deviation = (1 / features) ** 0.5
        shape = (outputs, features) if attributes.get("transB") else (features, outputs)
        w = self.normal(shape, deviation, name=name + ".weight" if name else None)
        b = self.normal((outputs,), name=name + ".bias" if name else None)
        return self.node("Gemm", [x, w, b], name, **attributes)

    def save(self, y, shape, folder):
        inputs = [self.input]
        if self.ir < 4:
            inputs += [helper.make_tensor_value_info(w.name, w.data_type, w.dims) for w in self.weights]
        output = helper.make_tensor_value_info(y, TensorProto.FLOAT, shape)
        graph = helper.make_graph(self.nodes, self.name, inputs, [output], self.weights)
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", self.opset)], producer_name="fixtures")
        model.ir_version = self.ir
        onnx.checker.check_model(model, full_check=True)
        onnx.save(model, pathlib.Path(folder) / (self.name + ".onnx"))


def alexnet(folder):
    """bvlc_alexnet: groups, LRN, Dropout with a mask nobody reads, Reshape to a fixed batch, Softmax."""
    g = Builder("alexnet", 9, 3, [1, 3, 35, 35], "data_0")
    x = g.relu(g.conv(g.x, 3, 8, 5, strides=[2, 2]))
    x = g.node("LRN", [x], size=5, alpha=1e-2, beta=0.75, bias=1.0)
    x = g.node("MaxPool", [x], kernel_shape=[3, 3], strides=[2, 2], pads=[0, 0, 1, 1])
    x = g.relu(g.conv(x, 8, 12, 5, groups=2, pads=[2, 2, 2, 2]))
    x = g.node("MaxPool", [x], kernel_shape=[3, 3], strides=[2, 2])
    x = g.node("Reshape", [x, g.ints(1, 12 * 3 * 3)])
    x = g.relu(g.gemm(x, 108, 20, transB=1))
    x, _ = g.node("Dropout", [x], outputs=2, ratio=0.5)
    x = g.gemm(x, 20, 10, transB=1)
    g.save(g.node("Softmax", [x], axis=1), [1, 10], folder)


def densenet(folder):
    """densenet121: normalisation before convolution, its scale and shift as Mul and Add behind Unsqueeze, Concat."""
    g = Builder("densenet", 9, 3, [1, 3, 20, 24], "data_0")

    def scaled(x, channels):
        x = g.bn(x, channels)
        x = g.node("Mul", [x, g.node("Unsqueeze", [g.normal((channels,), 0.2, 1.0)], axes=[1, 2])])
        x = g.node("Add", [x, g.node("Unsqueeze", [g.normal((channels,))], axes=[1, 2])])
        return g.relu(x)

    x = scaled(g.conv(g.x, 3, 8, 7, bias=False, pads=[3, 3, 3, 3], strides=[2, 2]), 8)
    x = g.node("MaxPool", [x], kernel_shape=[3, 3], strides=[2, 2], pads=[1, 1, 1, 1])
    channels = 8
    for _ in range(2):
        y = scaled(x, channels)
        y = scaled(g.conv(y, channels, 8, 1, bias=False), 8)
        y = g.conv(y, 8, 4, 3, bias=False, pads=[1, 1, 1, 1])
        x = g.node("Concat", [x, y], axis=1)
        channels += 4
    x = g.conv(scaled(x, channels), channels, 8, 1, bias=False)
    x = g.node("AveragePool", [x], kernel_shape=[2, 2], strides=[2, 2])
    x = g.node("GlobalAveragePool", [scaled(x, 8)])
    g.save(g.conv(x, 8, 10, 1), [1, 10, 1, 1], folder)


def inception(folder):
    """inception_v1: four branches joined, a pooling with stride 1, two Reshapes."""
    g = Builder("inception", 9, 3, [1, 6, 14, 14], "data_0")
    a = g.relu(g.conv(g.x, 6, 4, 1))
    b = g.relu(g.conv(g.relu(g.conv(g.x, 6, 5, 1)), 5, 6, 3, pads=[1, 1, 1, 1]))
    c = g.relu(g.conv(g.relu(g.conv(g.x, 6, 2, 1)), 2, 3, 5, pads=[2, 2, 2, 2]))
    d = g.node("MaxPool", [g.x], kernel_shape=[3, 3], strides=[1, 1], pads=[1, 1, 1, 1])
    d = g.relu(g.conv(d, 6, 2, 1))
    x = g.node("Concat", [a, b, c, d], axis=1)
    x = g.node("AveragePool", [x], kernel_shape=[3, 3], strides=[2, 2], pads=[0, 0, 1, 1])
    x = g.node("AveragePool", [x], kernel_shape=[7, 7], strides=[1, 1])
    x, _ = g.node("Dropout", [x], outputs=2, ratio=0.4)
    x = g.node("Reshape", [x, g.ints(1, 15)])
    x = g.gemm(x, 15, 10, transB=1)
    x = g.node("Reshape", [x, g.ints(1, 10)])
    g.save(g.node("Softmax", [x], axis=1), [1, 10], folder)


def resnet_caffe2(folder):
    """resnet50: a bottleneck with a projection, then one without; Sum, AveragePool over all."""
    g = Builder("resnet-caffe2", 9, 3, [1, 3, 16, 16], "gpu_0/data_0")
    x = g.relu(g.bn(g.conv(g.x, 3, 8, 7, bias=False, pads=[3, 3, 3, 3], strides=[2, 2]), 8, momentum=0.9))

    def bottleneck(x, channels, inner, filters, stride):
        y = g.relu(g.bn(g.conv(x, channels, inner, 1, bias=False), inner))
        y = g.relu(g.bn(g.conv(y, inner, inner, 3, bias=False, pads=[1] * 4, strides=[stride] * 2), inner))
        y = g.bn(g.conv(y, inner, filters, 1, bias=False), filters)
        side = x
        if channels != filters:
            side = g.bn(g.conv(x, channels, filters, 1, bias=False, strides=[stride] * 2), filters)
        return g.relu(g.node("Sum", [y, side]))

    x = bottleneck(x, 8, 4, 16, 2)
    x = bottleneck(x, 16, 4, 16, 1)
    x = g.node("AveragePool", [x], kernel_shape=[4, 4], strides=[1, 1])
    x = g.node("Reshape", [x, g.ints(1, 16)])
    x = g.gemm(x, 16, 10, transB=1)
    g.save(g.node("Softmax", [x], axis=1), [1, 10], folder)


def resnet_pytorch(folder):
    """torchvision's basic block by torch.onnx: dotted names, a symbolic batch, Flatten."""
    g = Builder("resnet-pytorch", 17, 8, ["batch", 3, 16, 16])
    x = g.conv(g.x, 3, 8, 3, "conv1", bias=False, pads=[1] * 4, strides=[1, 1], dilations=[1, 1])
    x = g.relu(g.bn(x, 8, "bn1", momentum=0.9, training_mode=0))
    y = g.conv(x, 8, 12, 3, "layer1.0.conv1", bias=False, pads=[1] * 4, strides=[2, 2])
    y = g.relu(g.bn(y, 12, "layer1.0.bn1"))
    y = g.bn(g.conv(y, 12, 12, 3, "layer1.0.conv2", bias=False, pads=[1] * 4), 12, "layer1.0.bn2")
    side = g.bn(g.conv(x, 8, 12, 1, "layer1.0.downsample.0", bias=False, strides=[2, 2]), 12, "layer1.0.downsample.1")
    x = g.relu(g.node("Add", [y, side]))
    x = g.node("Flatten", [g.node("GlobalAveragePool", [x])], axis=1)
    g.save(g.gemm(x, 12, 10, "fc", alpha=1.0, beta=1.0, transB=1), ["batch", 10], folder)


def shufflenet_caffe2(folder):
    """shufflenet: grouped 1x1 convolutions with Reshape, Transpose, Reshape between; a strided unit by Concat."""
    g = Builder("shufflenet-caffe2", 9, 3, [1, 3, 16, 16], "gpu_0/data_0")

    def shuffled(x, groups, channels, size):
        x = g.node("Reshape", [x, g.ints(1, groups, channels // groups, size, size)])
        x = g.node("Transpose", [x], perm=[0, 2, 1, 3, 4])
        return g.node("Reshape", [x, g.ints(1, channels, size, size)])

    x = g.relu(g.bn(g.conv(g.x, 3, 12, 3, bias=False, pads=[1] * 4, strides=[2, 2]), 12))
    y = shuffled(g.relu(g.bn(g.conv(x, 12, 12, 1, groups=3, bias=False), 12)), 3, 12, 8)
    y = g.bn(g.conv(y, 12, 12, 3, groups=12, bias=False, pads=[1] * 4, strides=[2, 2]), 12)
    y = g.bn(g.conv(y, 12, 12, 1, groups=3, bias=False), 12)
    side = g.node("AveragePool", [x], kernel_shape=[3, 3], strides=[2, 2], pads=[1] * 4)
    x = g.relu(g.node("Concat", [side, y], axis=1))
    y = shuffled(g.relu(g.bn(g.conv(x, 24, 12, 1, groups=3, bias=False), 12)), 3, 12, 4)
    y = g.bn(g.conv(y, 12, 12, 3, groups=12, bias=False, pads=[1] * 4), 12)
    y = g.bn(g.conv(y, 12, 24, 1, groups=3, bias=False), 24)
    x = g.relu(g.node("Sum", [y, x]))
    x = g.node("AveragePool", [x], kernel_shape=[4, 4], strides=[1, 1])
    x = g.node("Reshape", [x, g.ints(1, 24)])
    g.save(g.node("Softmax", [g.gemm(x, 24, 10, transB=1)], axis=1), [1, 10], folder)


def size_of(g, x, axis):
    """x.size(axis) as torch.onnx writes it, ready for Concat."""
    shape = g.node("Shape", [x])
    one = g.node("Gather", [shape, g.constant(axis, kind=numpy.int64)], axis=0)
    return g.node("Unsqueeze", [one, g.ints(0)])


def shufflenet_pytorch(folder):
    """torchvision's shufflenet_v2 by torch.onnx: Split, sizes computed from Shape, ReduceMean at the end."""
    g = Builder("shufflenet-pytorch", 13, 7, ["N", 3, 12, 12])
    x = g.relu(g.conv(g.x, 3, 12, 3, "conv1.0", pads=[1] * 4, strides=[2, 2]))
    a, b = g.node("Split", [x, g.ints(6, 6)], outputs=2, axis=1)
    b = g.relu(g.conv(b, 6, 6, 1, "branch2.0"))
    b = g.conv(b, 6, 6, 3, "branch2.3", groups=6, pads=[1] * 4)
    b = g.relu(g.conv(b, 6, 6, 1, "branch2.5"))
    x = g.node("Concat", [a, b], axis=1)
    batch, height, width = size_of(g, x, 0), size_of(g, x, 2), size_of(g, x, 3)
    channels = g.node("Gather", [g.node("Shape", [x]), g.constant(1, kind=numpy.int64)], axis=0)
    half = g.node("Unsqueeze", [g.node("Div", [channels, g.constant(2, kind=numpy.int64)]), g.ints(0)])
    target = g.node("Concat", [batch, g.ints(2), half, height, width], axis=0)
    y = g.node("Transpose", [g.node("Reshape", [x, target])], perm=[0, 2, 1, 3, 4])
    target = g.node("Concat", [batch, g.ints(-1), height, width], axis=0)
    x = g.node("Reshape", [y, target])
    a = g.node("Slice", [x, g.ints(0), g.ints(6), g.ints(1)])
    b = g.node("Slice", [x, g.ints(6), g.ints(2**63 - 1), g.ints(1)])
    x = g.node("Concat", [g.relu(g.conv(b, 6, 4, 1, "last")), a], axis=1)
    x = g.node("ReduceMean", [x], axes=[2, 3], keepdims=0)
    g.save(g.gemm(x, 10, 5, "fc", transB=1), ["N", 5], folder)


def squeezenet(folder):
    """squeezenet1.1: fire modules, a convolution as classifier, GlobalAveragePool, Softmax over (N, C, 1, 1)."""
    g = Builder("squeezenet", 9, 3, [1, 3, 29, 29], "data_0")
    x = g.relu(g.conv(g.x, 3, 8, 3, strides=[2, 2]))
    x = g.node("MaxPool", [x], kernel_shape=[3, 3], strides=[2, 2])
    channels = 8
    for squeeze, expand in ((3, 6), (4, 5)):
        x = g.relu(g.conv(x, channels, squeeze, 1))
        a, b = g.relu(g.conv(x, squeeze, expand, 1)), g.relu(g.conv(x, squeeze, expand, 3, pads=[1] * 4))
        x = g.node("Concat", [a, b], axis=1)
        channels = 2 * expand
    x, _ = g.node("Dropout", [x], outputs=2, ratio=0.5)
    x = g.node("GlobalAveragePool", [g.relu(g.conv(x, channels, 10, 1))])
    g.save(g.node("Softmax", [x]), [1, 10, 1, 1], folder)


def vgg(folder):
    """vgg19: pairs of convolutions, Reshape, three Gemms."""
    g = Builder("vgg", 9, 3, [1, 3, 16, 16], "data_0")
    x, channels = g.x, 3
    for filters in (6, 8):
        x = g.relu(g.conv(x, channels, filters, 3, pads=[1] * 4, strides=[1, 1]))
        x = g.relu(g.conv(x, filters, filters, 3, pads=[1] * 4, strides=[1, 1]))
        x = g.node("MaxPool", [x], kernel_shape=[2, 2], strides=[2, 2], pads=[0] * 4)
        channels = filters
    x = g.node("Reshape", [x, g.ints(1, 128)])
    for features, outputs in ((128, 12), (12, 12)):
        x, _ = g.node("Dropout", [g.relu(g.gemm(x, features, outputs, transB=1))], outputs=2, ratio=0.5)
    g.save(g.node("Softmax", [g.gemm(x, 12, 10, transB=1)], axis=1), [1, 10], folder)


def zfnet(folder):
    """zfnet512: a large first kernel, LRN, strides of 2 and 3, three unpadded poolings."""
    g = Builder("zfnet", 9, 3, [1, 3, 64, 64], "gpu_0/data_0")
    x = g.relu(g.conv(g.x, 3, 6, 7, strides=[2, 2], pads=[1] * 4))
    x = g.node("LRN", [x], size=3, alpha=5e-2, beta=0.75, bias=2.0)
    x = g.node("MaxPool", [x], kernel_shape=[3, 3], strides=[2, 2])
    x = g.relu(g.conv(x, 6, 8, 5, strides=[2, 2]))
    x = g.node("LRN", [x], size=3, alpha=5e-2, beta=0.75, bias=2.0)
    x = g.node("MaxPool", [x], kernel_shape=[3, 3], strides=[3, 3])
    x = g.node("Reshape", [x, g.ints(1, 8)])
    g.save(g.node("Softmax", [g.gemm(x, 8, 10, transB=1)], axis=1), [1, 10], folder)


def keras(folder):
    """A Keras network by tf2onnx: channels last outside, the batch unknown, SAME padding on one side more than the
    other, MatMul and Add for dense layers, columns of the first one in (H, W, C) order."""
    g = Builder("keras", 13, 7, ["unk__1", 13, 13, 3])
    x = g.node("Transpose", [g.x], "model/conv2d/Conv2D__6", perm=[0, 3, 1, 2])
    x = g.conv(x, 3, 6, 3, pads=[0, 0, 1, 1], strides=[2, 2])
    x = g.node("Transpose", [g.relu(x)], perm=[0, 2, 3, 1])
    x = g.node("Add", [x, g.normal((6,))], "model/scale/BiasAdd")
    x = g.node("Transpose", [x], perm=[0, 3, 1, 2])
    x = g.node("MaxPool", [x], auto_pad="SAME_UPPER", kernel_shape=[2, 2], strides=[2, 2])
    x = g.conv(x, 6, 5, 3, auto_pad="SAME_UPPER")
    x = g.node("LeakyRelu", [x], alpha=0.3)
    x = g.node("Transpose", [x], perm=[0, 2, 3, 1])
    x = g.node("Reshape", [x, g.ints(-1, 3 * 3 * 5)], "model/flatten/Reshape")
    x = g.node("MatMul", [x, g.normal((45, 12), 0.15)], "model/dense/MatMul")
    x = g.relu(g.node("Add", [x, g.normal((12,))], "model/dense/BiasAdd"))
    x = g.node("Add", [g.node("MatMul", [x, g.normal((12, 4), 0.3)]), g.normal((4,))])
    g.save(g.node("Softmax", [x], axis=-1), ["unk__1", 4], folder)


def mobilenet(folder):
    """MobileNetV3 by torch.onnx: HardSwish, squeeze and excitation with HardSigmoid, Clip as ReLU6."""
    g = Builder("mobilenet", 14, 7, ["N", 3, 18, 18])
    x = g.node("HardSwish", [g.conv(g.x, 3, 8, 3, "features.0.0", strides=[2, 2], pads=[1] * 4)])
    y = g.node("Clip", [g.conv(x, 8, 12, 1, "expand"), g.scalar(0), g.scalar(6)])
    y = g.relu(g.conv(y, 12, 12, 5, "depthwise", groups=12, pads=[2] * 4))
    s = g.node("GlobalAveragePool", [y])
    s = g.relu(g.conv(s, 12, 4, 1, "se.fc1"))
    s = g.node("HardSigmoid", [g.conv(s, 4, 12, 1, "se.fc2")], alpha=1 / 6)
    y = g.node("Mul", [s, y])
    x = g.node("Add", [g.conv(y, 12, 8, 1, "project"), x])
    s = g.conv(x, 8, 10, 1, "last")
    s = g.node("Div", [g.node("Mul", [s, g.node("Clip", [g.node("Add", [s, g.scalar(3)]), g.scalar(0), g.scalar(6)])]), g.scalar(6)])
    x = g.node("Flatten", [g.node("GlobalAveragePool", [s])])
    g.save(g.gemm(x, 10, 7, "classifier", transB=1), ["N", 7], folder)


def efficientnet(folder):
    """EfficientNet by tf2onnx and torch.onnx: x * Sigmoid(x), Pad before Conv, ReduceMean, sizes from Shape."""
    g = Builder("efficientnet", 13, 7, ["N", 3, 15, 17])
    x = g.node("Pad", [g.x, g.ints(0, 0, 0, 0, 0, 0, 1, 1), g.scalar(0)])
    x = g.bn(g.conv(x, 3, 8, 3, bias=False, strides=[2, 2]), 8)
    x = g.node("Mul", [x, g.node("Sigmoid", [x])])
    s = g.node("ReduceMean", [x], axes=[2, 3], keepdims=1)
    s = g.conv(s, 8, 2, 1)
    s = g.node("Mul", [s, g.node("Sigmoid", [s])])
    s = g.node("Sigmoid", [g.conv(s, 2, 8, 1)])
    x = g.node("Mul", [x, s])
    x = g.conv(x, 8, 6, 1)
    x = g.node("GlobalAveragePool", [x])
    x = g.node("Reshape", [x, g.node("Concat", [size_of(g, x, 0), g.ints(-1)], axis=0)])
    g.save(g.gemm(x, 6, 5, "fc", transB=1), ["N", 5], folder)


def decompositions(folder):
    """What torch.onnx makes of layers that old opsets have not: Gelu by Erf, GroupNorm by Reshape and
    InstanceNormalization, Mish by Softplus and Tanh; and a scalar before the softmax."""
    g = Builder("decompositions", 13, 7, ["N", 4, 10, 8])
    x = g.conv(g.x, 4, 6, 3, "conv1", pads=[1] * 4)
    shape = g.node("Shape", [x])
    y = g.node("Reshape", [x, g.ints(0, 3, -1)])
    y = g.node("InstanceNormalization", [y, g.constant([1, 1, 1]), g.constant([0, 0, 0])], epsilon=1e-3)
    y = g.node("Reshape", [y, shape])
    y = g.node("Mul", [y, g.normal((6, 1, 1), 0.3, 1, name="gn.weight")])
    y = g.node("Add", [y, g.normal((6, 1, 1), name="gn.bias")])
    z = g.node("Add", [g.node("Erf", [g.node("Div", [y, g.scalar(2**0.5)])]), g.scalar(1)])
    y = g.node("Mul", [g.node("Mul", [y, z]), g.scalar(0.5)])
    y = g.conv(y, 6, 6, 3, "conv2", pads=[1] * 4)
    y = g.node("Mul", [y, g.node("Tanh", [g.node("Softplus", [y])])])
    y = g.node("InstanceNormalization", [y, g.normal((6,), 0.3, 1), g.normal((6,))], epsilon=1e-4)
    y = g.node("Sub", [y, g.normal((1, 6, 1, 1))])
    y = g.node("PRelu", [y, g.normal((6, 1, 1), 0.2)])
    x = g.node("Flatten", [g.node("GlobalMaxPool", [y])])
    x = g.node("Div", [g.gemm(x, 6, 4, "fc", alpha=0.5, beta=2.0), g.scalar(3)])
    g.save(x, ["N", 4], folder)


def activations(folder):
    """Every activation that is one node, and arithmetic with numbers."""
    g = Builder("activations", 20, 10, ["N", 3, 6, 5])
    x = g.conv(g.x, 3, 8, 1, "conv1")
    for op, attributes in (
        ("LeakyRelu", {"alpha": 0.2}),
        ("Elu", {"alpha": 0.7}),
        ("Selu", {}),
        ("Sigmoid", {}),
        ("Tanh", {}),
        ("Gelu", {}),
        ("HardSigmoid", {"alpha": 0.3, "beta": 0.4}),
        ("HardSwish", {}),
        ("Softplus", {}),
        ("Mish", {}),
    ):
        y = g.node(op, [g.node("Sub", [g.scalar(0.3), x])], **attributes)
        x = g.node("Add", [x, y])
    x = g.node("Neg", [x])
    x = g.node("Flatten", [x])
    g.save(g.gemm(x, 240, 4, "fc", transB=1), ["N", 4], folder)


def senet(folder):
    """Squeeze and excitation by dense layers, between two Reshapes; batch normalisation of a row; a convolution on what
    was a row."""
    g = Builder("senet", 12, 7, ["N", 3, 9, 11])
    x = g.relu(g.conv(g.x, 3, 8, 3, "conv1", pads=[1] * 4))
    s = g.node("Reshape", [g.node("GlobalAveragePool", [x]), g.ints(-1, 8)])
    s = g.relu(g.bn(g.gemm(s, 8, 4, "fc1", transB=1), 4, "bn1"))
    s = g.node("Sigmoid", [g.gemm(s, 4, 8, "fc2", transB=1)])
    s = g.node("Reshape", [s, g.ints(-1, 8, 1, 1)])
    x = g.node("Mul", [x, s])
    s = g.node("Unsqueeze", [g.node("Tanh", [g.gemm(g.node("Flatten", [g.node("GlobalMaxPool", [x])]), 8, 6, "fc3", transB=1)])], axes=[2, 3])
    s = g.node("Sigmoid", [g.conv(s, 6, 8, 1, "conv2")])
    x = g.node("Mul", [s, x])
    x = g.node("Squeeze", [g.node("ReduceMax", [x], axes=[-2, -1], keepdims=1)], axes=[2, 3])
    x = g.node("Dropout", [x])
    g.save(g.gemm(x, 8, 5, "fc", transB=1), ["N", 5], folder)


def keras_se(folder):
    """A Keras block by tf2onnx whose channels stay last: gates from ReduceMean over axes 1 and 2, dense layers on
    channels, Concat and Split along axis 3."""
    g = Builder("keras-se", 13, 7, ["N", 8, 10, 3])
    x = g.node("Transpose", [g.x], perm=[0, 3, 1, 2])
    x = g.node("Transpose", [g.relu(g.conv(x, 3, 6, 3, auto_pad="SAME_LOWER", strides=[2, 2]))], perm=[0, 2, 3, 1])
    s = g.node("ReduceMean", [x], axes=[1, 2], keepdims=1)
    s = g.relu(g.node("Add", [g.node("MatMul", [s, g.normal((6, 3), 0.5)]), g.normal((3,))]))
    s = g.node("Sigmoid", [g.node("Add", [g.node("MatMul", [s, g.normal((3, 6), 0.5)]), g.normal((6,))])])
    x = g.node("Mul", [x, s])
    a, b, c = g.node("Split", [x, g.ints(1, 2, 3)], outputs=3, axis=3)
    x = g.node("Concat", [c, x, a, b], axis=-1)
    x = g.node("MatMul", [x, g.normal((12, 7), 0.4)])
    x = g.node("Sub", [g.node("Mul", [x, g.normal((1, 1, 1, 7), 0.3, 1)]), g.scalar(0.25)])
    x = g.node("Max", [x, g.scalar(-0.5)])
    a = g.node("Reshape", [x, g.ints(0, -1)])
    b = g.node("ReduceMean", [x], axes=[1, 2], keepdims=0)
    a = g.node("MatMul", [a, g.normal((4 * 5 * 7, 6), 0.1)])
    x = g.node("Concat", [a, b], axis=1)
    g.save(g.node("Add", [g.node("MatMul", [x, g.normal((13, 4), 0.3)]), g.normal((1, 4))]), ["N", 4], folder)


def convnext(folder):
    """ConvNeXt by torch.onnx: LayerNormalization, dense layers and Gelu (Erf, Tanh) on channels that stand last."""
    g = Builder("convnext", 17, 8, ["N", 3, 16, 12])

    def last(x, channels, name):
        x = g.node("Transpose", [x], perm=[0, 2, 3, 1])
        weight = g.normal((channels,), 0.2, 1, name=name + ".weight")
        return g.node("LayerNormalization", [x, weight, g.normal((channels,), name=name + ".bias")], axis=-1, epsilon=1e-6)

    def first(x):
        return g.node("Transpose", [x], perm=[0, 3, 1, 2])

    def linear(x, features, outputs, name):
        x = g.node("MatMul", [x, g.normal((features, outputs), features**-0.5)])
        return g.node("Add", [g.normal((outputs,), name=name + ".bias"), x])

    def block(x, channels, name, gelu):
        y = g.conv(x, channels, channels, 7, name + ".0", groups=channels, pads=[3] * 4)
        y = linear(last(y, channels, name + ".2"), channels, 4 * channels, name + ".3")
        y = linear(gelu(y), 4 * channels, channels, name + ".5")
        return g.node("Add", [g.node("Mul", [g.normal((channels, 1, 1), 0.3, 1, name=name + ".scale"), first(y)]), x])

    def erf(x):
        y = g.node("Add", [g.node("Erf", [g.node("Div", [x, g.scalar(2**0.5)])]), g.scalar(1)])
        return g.node("Mul", [g.node("Mul", [x, y]), g.scalar(0.5)])

    def tanh(x):
        y = g.node("Mul", [g.scalar(0.044715), g.node("Mul", [x, g.node("Mul", [x, x])])])
        y = g.node("Mul", [g.scalar((2 / numpy.pi) ** 0.5), g.node("Add", [x, y])])
        y = g.node("Mul", [x, g.node("Add", [g.scalar(1), g.node("Tanh", [y])])])
        return g.node("Mul", [g.scalar(0.5), y])

    x = first(last(g.conv(g.x, 3, 6, 2, "stem.0", strides=[2, 2]), 6, "stem.1"))
    x = block(x, 6, "block1", erf)
    x = g.conv(first(last(x, 6, "down.0")), 6, 10, 2, "down.1", strides=[2, 2])
    x = block(x, 10, "block2", tanh)
    x = first(last(g.node("GlobalAveragePool", [x]), 10, "classifier.0"))
    g.save(g.gemm(g.node("Flatten", [x]), 10, 5, "classifier.2", transB=1), ["N", 5], folder)


def decoder(folder):
    """Maps that grow again: ConvTranspose, Resize by nearest pixels, a skip by Concat, a softmax over channels."""
    g = Builder("decoder", 13, 7, ["N", 2, 8, 12])
    skip = g.relu(g.conv(g.x, 2, 4, 3, "down", pads=[1] * 4))
    x = g.node("MaxPool", [skip], kernel_shape=[2, 2], strides=[2, 2])
    x = g.node("ConvTranspose", [x, g.normal((4, 3, 2, 2), 0.4), g.normal((3,))], kernel_shape=[2, 2], strides=[2, 2])
    x = g.node("Concat", [x, skip], axis=1)
    x = g.conv(x, 7, 4, 3, "mix", dilations=[2, 2], pads=[2] * 4)
    x = g.node("Softmax", [g.node("Transpose", [x], perm=[0, 2, 3, 1])], axis=-1)
    x = g.node("Transpose", [x], perm=[0, 3, 1, 2])
    empty = g.constant(numpy.zeros(0))
    x = g.node("Resize", [x, empty, g.constant([1, 1, 2, 2])], mode="nearest", coordinate_transformation_mode="asymmetric", nearest_mode="floor")
    x = g.node("AveragePool", [x], kernel_shape=[4, 4], strides=[4, 4])
    g.save(g.gemm(g.node("Flatten", [x]), 96, 3, "fc", transB=1), ["N", 3], folder)


def main(folder):
    pathlib.Path(folder).mkdir(parents=True, exist_ok=True)
    for make in (
        alexnet, densenet, inception, resnet_caffe2, resnet_pytorch, shufflenet_caffe2, shufflenet_pytorch,
        squeezenet, vgg, zfnet, keras, mobilenet, efficientnet, decompositions, activations, decoder,
        senet, keras_se, convnext,
    ):
        make(folder)
        print(make.__name__)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
