"""Makes the files beside it: python3 make.py, with PyTorch 2.6 and torchvision 0.21 as Debian has them."""
import json
import pathlib

import torch
from torch import nn

import networks
import values

HERE = pathlib.Path(__file__).parent


def save(value, name, **options):
    torch.save(value, HERE / name, **options)


def logits():
    """In double, of two images of 64x64 and ten classes."""
    golden = {}
    for name in ("resnet18", "resnet34", "resnet50", "mobilenet-v2", "mobilenet-v2:0.5",
                 "mobilenet-v3-small", "mobilenet-v3-large", "efficientnet-b0"):
        model = values.fill(networks.network(name, 10)).double()
        with torch.no_grad():
            golden[name] = model(values.images(2, 64).double()).flatten().tolist()
    (HERE / "logits.json").write_text(json.dumps(golden, indent=1) + "\n")


def small():
    model = nn.Sequential(nn.Conv2d(1, 2, 3), nn.BatchNorm2d(2), nn.Flatten(), nn.Linear(8, 3))
    values.fill(model)
    return model


def views():
    counting = torch.arange(24, dtype=torch.float32)
    shared = torch.tensor([1.5, -2.5])
    return {
        "transposed": counting.reshape(4, 6).t(),
        "every_second": counting[3:20:2],
        "channels_last": counting.reshape(1, 2, 3, 4).to(memory_format=torch.channels_last),
        "last_row": counting.reshape(4, 6)[3],
        "tied": shared,
        "tied_again": shared,
        "scalar": torch.tensor(0.25),
        "empty": torch.zeros(0, 3),
        "parameter": nn.Parameter(torch.tensor([[1.0, 2.0]])),
        "half": torch.tensor([1 / 3, -65504.0, 6e-8]).half(),
        "bfloat16": torch.tensor([1 / 3, -3e38, 1e-40]).bfloat16(),
        "double": torch.tensor([1 / 3, 1e-300], dtype=torch.float64),
        "count": torch.tensor(7),
        "longs": torch.tensor([1, 2]),
        "ints": torch.tensor([3], dtype=torch.int32),
        "shorts": torch.tensor([3], dtype=torch.int16),
        "chars": torch.tensor([3], dtype=torch.int8),
        "bytes": torch.tensor([3], dtype=torch.uint8),
        "truths": torch.tensor([True]),
        "size": counting.reshape(4, 6).size(),
        "text": "no tensor",
        "none": None,
    }


def checkpoint(model):
    optimizer = torch.optim.Adam(model.parameters())
    model(torch.ones(2, 1, 4, 4)).sum().backward()
    optimizer.step()
    return {
        "epoch": 3,
        "loss": 0.5,
        "seed": 2**70,
        "history": [1, 70000, -1, 2**40, 0.5, None, True, "x", [], {}, (1, 2, 3, 4)],
        "model": small().state_dict(),
        "optimizer": optimizer.state_dict(),
    }


if __name__ == "__main__":
    logits()
    save(small().state_dict(), "small.pth")
    save(views(), "views.pth")
    save(checkpoint(small().train()), "checkpoint.pth")
    save({"a": {"x": torch.ones(1)}, "b": {"x": torch.zeros(1)}}, "two.pth")
    save(nn.Linear(1, 1), "module.pth")
    save({"x": torch.ones(1)}, "protocol4.pth", pickle_protocol=4)
    save({"x": torch.ones(1)}, "legacy.pth", _use_new_zipfile_serialization=False)
    save({"x": torch.ones(2).neg()[:1].expand(3)}, "expanded.pth")
    save({"x": torch.ones(2, dtype=torch.complex64)}, "complex.pth")
    save({"x": torch.imag(torch.tensor([1 + 2j]).conj())}, "negated.pth")
    torch.serialization.set_crc32_options(False)
    save({"x": torch.tensor([1.0, 2.0])}, "unchecked.pth")
