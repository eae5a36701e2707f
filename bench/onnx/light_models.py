#!/usr/bin/python3
"""The ONNX project's light models with random weights instead of constant ones.

    light_models.py FOLDER OUT [--any-batch] [NAME...]

FOLDER holds light_*.onnx, as in Debian's libonnx-testdata (/usr/share/libonnx-testdata/data/light) or
onnx/backend/test/data/light. Each becomes OUT/NAME.onnx: the same nodes, but every ConstantOfShape that stands for a
weight is an initializer of seeded random numbers, and without the softmax at the end, so that logits can be compared.
With --any-batch the batch is open, where the files fix it at 1.
Constant weights give every channel the same value and so hide mistakes in the order of channels. Needs python3-onnx.
"""

import pathlib
import sys
import zlib

import numpy
import onnx
from onnx import numpy_helper


def weight(name, shape, place, random):
    """Values that keep activations near 1: He et al. 2015 for what multiplies, and statistics that are not 0 and 1."""
    operator, index = place
    if operator == "BatchNormalization":
        if index == 4:
            return random.uniform(0.5, 1.5, shape)
        if index == 1:
            return random.uniform(0.6, 1.0, shape)
        return random.normal(0, 0.1, shape)
    if operator in ("Conv", "Gemm") and index == 1:
        fan_in = shape[1] if len(shape) == 2 else int(numpy.prod(shape[1:]))
        return random.normal(0, (2 / fan_in) ** 0.5, shape)
    if operator == "Mul":
        return random.uniform(0.8, 1.2, shape)
    return random.normal(0, 0.1, shape)


def places(graph):
    """The operator and the input index that read a value, looking through Unsqueeze."""
    readers = {}
    behind = {}
    for node in graph.node:
        for index, name in enumerate(node.input):
            readers.setdefault(name, (node.op_type, index))
        if node.op_type == "Unsqueeze":
            behind[node.input[0]] = node.output[0]
    return {name: readers[behind.get(name, name)] for name in readers if behind.get(name, name) in readers}


def last_weights(graph):
    """The weights of the last layer that has some, and what they are scaled by.

    Each sum of two branches doubles the variance of what comes behind it. After thirteen of them logits are so far
    apart that a softmax is 0 but for one class, and hides all others from a comparison.
    """
    constants = {i.name for i in graph.initializer}
    maps = {i.name for i in graph.input} - constants  # what depends on the image
    sums = []
    for node in graph.node:
        if any(name in maps for name in node.input):
            maps.update(node.output)
        if node.op_type in ("Add", "Sum") and all(name in maps for name in node.input):
            sums.append(node)
    last = [n for n in graph.node if n.op_type in ("Conv", "Gemm")][-1]
    return last.input[1], 2 ** (-len(sums) / 2)


def randomized(model, seed):
    graph = model.graph
    last, scale = last_weights(graph)
    constants = {i.name: numpy_helper.to_array(i) for i in graph.initializer}
    read_by = places(graph)
    kept = []
    shapes_used = set()
    for node in graph.node:
        if node.op_type != "ConstantOfShape":
            kept.append(node)
            continue
        name = node.output[0]
        shape = [int(size) for size in constants[node.input[0]]]
        shapes_used.add(node.input[0])
        random = numpy.random.default_rng([seed, zlib.crc32(name.encode())])
        values = weight(name, shape, read_by.get(name, ("", 0)), random)
        if name == last:
            values = values * scale
        graph.initializer.append(numpy_helper.from_array(numpy.asarray(values, numpy.float32), name))
    if kept[-1].op_type == "Softmax":
        graph.output[0].name = kept.pop().input[0]
    del graph.node[:]
    graph.node.extend(kept)
    for stale in [i for i in graph.initializer if i.name in shapes_used]:
        graph.initializer.remove(stale)
    for stale in [i for i in graph.input if i.name in shapes_used]:
        graph.input.remove(stale)
    if model.ir_version < 4:
        # Before version 4 every initializer is an input, too.
        given = {i.name for i in graph.input}
        for tensor in graph.initializer:
            if tensor.name not in given:
                graph.input.append(onnx.helper.make_tensor_value_info(tensor.name, tensor.data_type, tensor.dims))
    return model


def open_batch(graph):
    """Batches of any size: no fixed first size, and reshapes that keep the first size (0) instead of making it 1."""
    weights = {i.name: i for i in graph.initializer}
    constant = set(weights)  # a weight that is reshaped has no images
    shapes = set()
    for node in graph.node:
        if all(name in constant for name in node.input):
            constant.update(node.output)
        elif node.op_type == "Reshape":
            shapes.add(node.input[1])
    for name in shapes:
        sizes = numpy_helper.to_array(weights[name]).copy()
        sizes[0] = 0
        weights[name].CopyFrom(numpy_helper.from_array(sizes, name))
    for value in [*graph.input, *graph.output]:
        if value.name not in weights:
            value.type.tensor_type.shape.dim[0].dim_param = "N"
    del graph.value_info[:]  # what is between has the old sizes


def main(folder, out, *options):
    names = [option for option in options if option != "--any-batch"]
    pathlib.Path(out).mkdir(parents=True, exist_ok=True)
    for file in sorted(pathlib.Path(folder).glob("light_*.onnx")):
        name = file.stem.removeprefix("light_")
        if names and name not in names:
            continue
        model = randomized(onnx.load(file), 1)
        if "--any-batch" in options:
            open_batch(model.graph)
        onnx.checker.check_model(model)
        onnx.save(model, pathlib.Path(out) / (name + ".onnx"))
        print(name)


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    main(*sys.argv[1:])
