"""Writes imported.json: the layers of imported networks, computed by PyTorch in float64.

Run with any Python that has PyTorch: python3 imported.py > imported.json
Each case has its inputs, the output y, a random dy, and the gradients of sum(dy * y).
"""

import json

import torch
import torch.nn.functional as F

torch.manual_seed(20261125)
torch.set_default_dtype(torch.float64)
CASES = []


def array(tensor):
    return {"shape": list(tensor.shape), "data": tensor.detach().flatten().tolist()}


def case(op, name, function, inputs, **attributes):
    """inputs: names to tensors; function takes them in that order."""
    leaves = {key: value.clone().requires_grad_() for key, value in inputs.items()}
    y = function(*leaves.values())
    dy = torch.randn(y.shape)
    gradients = torch.autograd.grad((dy * y).sum(), list(leaves.values()))
    CASES.append(
        {
            "name": name,
            "op": op,
            "attributes": attributes,
            "inputs": {key: array(value) for key, value in inputs.items()},
            "output": array(y),
            "outputGradient": array(dy),
            "gradients": {key: array(value) for key, value in zip(leaves, gradients)},
        }
    )


def x(*shape):
    return {"x": torch.randn(shape)}


# Poolings. PyTorch pads both sides alike; sides that differ are padded by hand.
for height, width, kernel, stride, padding, dilation, ceil in (
    (6, 5, 3, 2, 0, 1, True),
    (7, 6, 3, 2, 1, 1, True),
    (5, 6, 2, 3, 1, 1, True),
    (9, 8, 3, 2, 1, 2, False),
    (9, 7, 2, 3, 1, 3, True),
):
    facts = dict(kernel=kernel, stride=stride, padding=[padding] * 4, dilation=dilation, ceil=ceil)
    case(
        "max_pool2d",
        f"{height}x{width}, kernel {kernel}, stride {stride}, padding {padding}, dilation {dilation}, ceil {ceil}",
        lambda v: F.max_pool2d(v, kernel, stride, padding, dilation, ceil),
        x(2, 3, height, width),
        **facts,
    )
case(
    "max_pool2d",
    "padding of one side, more than half of the kernel",
    lambda v: F.max_pool2d(F.pad(v, (2, 1, 0, 2), value=-torch.inf), 3, 2),
    x(1, 3, 5, 6),
    kernel=3, stride=2, padding=[0, 2, 2, 1], dilation=1, ceil=False,
)
for height, width, kernel, stride, padding, ceil, count in (
    (6, 5, 3, 2, 0, True, False),
    (7, 6, 3, 2, 1, True, True),
    (7, 6, 3, 2, 1, True, False),
    (5, 6, 2, 3, 1, True, True),
    (6, 7, 3, 1, 1, False, True),
):
    case(
        "avg_pool2d",
        f"{height}x{width}, kernel {kernel}, stride {stride}, padding {padding}, ceil {ceil}, padding counts {count}",
        lambda v: F.avg_pool2d(v, kernel, stride, padding, ceil, count),
        x(2, 3, height, width),
        kernel=kernel, stride=stride, padding=[padding] * 4, dilation=1, ceil=ceil, count=count,
    )
case(
    "avg_pool2d",
    "padding of one side counts",
    lambda v: F.avg_pool2d(F.pad(v, (2, 1, 0, 2)), 3, 2),
    x(1, 3, 5, 6),
    kernel=3, stride=2, padding=[0, 2, 2, 1], dilation=1, ceil=False, count=True,
)
case("global_max_pool2d", "5x4", lambda v: F.adaptive_max_pool2d(v, 1)[..., 0, 0], x(2, 5, 5, 4))

print(json.dumps({"source": f"PyTorch {torch.__version__}, float64", "cases": CASES}))
