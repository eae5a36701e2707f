"""Values by formula, the same bits in Python and in Java (io.fovea.format.TorchValues)."""
import zlib

import numpy
import torch


def uniform(name, count):
    """splitmix64 of the name's checksum and the index, the upper 24 bits: from 0 to below 1."""
    with numpy.errstate(over="ignore"):
        z = numpy.arange(count, dtype=numpy.uint64)
        z += numpy.uint64(zlib.crc32(name.encode()) << 32)
        z += numpy.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> numpy.uint64(30))) * numpy.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> numpy.uint64(27))) * numpy.uint64(0x94D049BB133111EB)
        z ^= z >> numpy.uint64(31)
    return (z >> numpy.uint64(40)).astype(numpy.float64) / 2**24


def fill(model):
    """Weights and statistics as of a trained network."""
    state = model.state_dict()
    for name, tensor in state.items():
        u = uniform(name, tensor.numel())
        if name.endswith("num_batches_tracked"):
            values = u * 0 + 100
        elif tensor.dim() > 1:
            values = (2 * u - 1) * (6 / tensor[0].numel()) ** 0.5
        elif name.endswith(("running_var", ".weight")):
            values = u + 0.5
        else:
            values = (u - 0.5) / 4
        state[name] = torch.tensor(values).to(tensor.dtype).reshape(tensor.shape)
    model.load_state_dict(state)
    return model.eval()


def images(count, size):
    return torch.tensor(2 * uniform("input", count * 3 * size * size) - 1).float().reshape(
        count, 3, size, size)
