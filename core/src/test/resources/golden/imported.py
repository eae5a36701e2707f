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

# Joins: (C, 1, 1) beside (C, H, W), on either side.
for op, function in (("add", lambda a, b: a + b), ("multiply", lambda a, b: a * b)):
    case(op, "equal shapes", function, {"x": torch.randn(2, 3, 4, 3), "x1": torch.randn(2, 3, 4, 3)})
    case(op, "second is narrow", function, {"x": torch.randn(2, 5, 4, 3), "x1": torch.randn(2, 5, 1, 1)})
    case(op, "first is narrow", function, {"x": torch.randn(2, 5, 1, 1), "x1": torch.randn(2, 5, 4, 3)})

# Scale and shift of channels; slopes of channels.
case(
    "channel_affine",
    "with bias",
    lambda v, w, b: v * w[:, None, None] + b[:, None, None],
    {**x(2, 5, 4, 3), "weight": torch.randn(5), "bias": torch.randn(5)},
)
case("channel_affine", "without bias", lambda v, w: v * w[:, None, None], {**x(2, 5, 3, 3), "weight": torch.randn(5)})
case("prelu", "a slope each", F.prelu, {**x(2, 5, 4, 3), "weight": torch.randn(5)}, shared=False)
case("prelu", "one slope", F.prelu, {**x(2, 5, 4, 3), "weight": torch.randn(1)}, shared=True)
case("prelu", "a row", F.prelu, {**x(3, 7), "weight": torch.randn(7)}, shared=False)

# Curves, over both sides of every kink.
for name, function in (
    ("relu6", F.relu6),
    ("clip -0.5 1.25", lambda v: torch.clamp(v, -0.5, 1.25)),
    ("clip -1 up", lambda v: torch.clamp(v, min=-1.0)),
    # F.hardsigmoid itself has 1/6 as a float in its gradient
    ("hard_sigmoid 1/6 0.5", lambda v: torch.clamp(v / 6 + 0.5, 0, 1)),
    ("hard_sigmoid 0.25 0.375", lambda v: torch.clamp(0.25 * v + 0.375, 0, 1)),
    ("hard_swish", F.hardswish),
    ("selu", F.selu),
    ("softplus", lambda v: F.softplus(v, threshold=1000)),
    ("mish", F.mish),
    ("gelu (tanh)", lambda v: F.gelu(v, approximate="tanh")),
):
    case("activation", name, function, {"x": 4 * torch.randn(2, 3, 5, 4)})

# Channels in another order, and some of them.
case("channel_shuffle", "2 groups of 4", lambda v: F.channel_shuffle(v, 2), x(2, 8, 2, 3), groups=2)
case("channel_shuffle", "3 groups of 5", lambda v: F.channel_shuffle(v, 3), x(1, 15, 2, 2), groups=3)
case("channel_slice", "2 to 5 of 7", lambda v: v[:, 2:5], x(2, 7, 2, 3), **{"from": 2, "to": 5})

# Normalisation across channels; PyTorch agrees with ONNX where the size is odd.
for channels, size, alpha, beta, k in ((7, 5, 0.5, 0.75, 1.0), (9, 3, 2.0, 0.625, 2.0), (3, 7, 0.25, 0.5, 1.5)):
    case(
        "local_response_norm",
        f"{channels} channels, size {size}, beta {beta}",
        lambda v: F.local_response_norm(v, size, alpha, beta, k),
        {"x": 2 * torch.randn(2, channels, 3, 3)},
        size=size, alpha=alpha, beta=beta, k=k,
    )

# Convolutions the other way around.
for channels, filters, kernel, stride, padding, extra, dilation, groups in (
    (3, 4, 3, 1, 0, 0, 1, 1),
    (4, 3, 4, 2, 1, 0, 1, 1),
    (4, 6, 3, 2, 1, 1, 1, 2),
    (3, 3, 2, 3, 0, 2, 2, 3),
):
    weight = torch.randn(channels, filters // groups, kernel, kernel)
    case(
        "conv_transpose2d",
        f"{channels} to {filters}, kernel {kernel}, stride {stride}, padding {padding}+{extra}, dilation {dilation}, groups {groups}",
        lambda v, w, b: F.conv_transpose2d(v, w, b, stride, padding, extra, groups, dilation),
        {**x(2, channels, 4, 3), "weight": weight, "bias": torch.randn(filters)},
        stride=stride, padding=padding, outputPadding=extra, dilation=dilation, groups=groups,
    )

# Larger and smaller maps.
for height, width, corners in ((7, 9, False), (7, 9, True), (3, 2, False), (3, 2, True), (1, 4, True)):
    case(
        "resize2d",
        f"to {height}x{width}, corners aligned {corners}",
        lambda v: F.interpolate(v, (height, width), mode="bilinear", align_corners=corners),
        x(2, 3, 4, 5),
        height=height, width=width, corners=corners,
    )

# Normalisation over the channels of each pixel, as torchvision's LayerNorm2d does it.
for channels, height, width, epsilon in ((6, 3, 4, 1e-6), (37, 2, 3, 1e-5)):
    case(
        "layer_norm2d",
        f"{channels} channels, epsilon {epsilon}",
        lambda v, w, b: F.layer_norm(v.permute(0, 2, 3, 1), (channels,), w, b, epsilon).permute(0, 3, 1, 2),
        {**x(2, channels, height, width), "weight": torch.randn(channels), "bias": torch.randn(channels)},
        epsilon=epsilon,
    )

print(json.dumps({"source": f"PyTorch {torch.__version__}, float64", "cases": CASES}))
