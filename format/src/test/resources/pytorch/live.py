"""Saves a network with random weights and statistics, pictures, and what PyTorch computes.

python3 live.py FOLDER NAME SEED: weights.pth, images.bin and logits.bin (float32, row-major).
"""
import pathlib
import sys

import torch

import networks

folder, name, seed = pathlib.Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
torch.manual_seed(seed)
model = networks.network(name, 10)
for module in model.modules():
    if isinstance(module, torch.nn.BatchNorm2d):
        torch.nn.init.uniform_(module.weight, 0.5, 1.5)
        torch.nn.init.normal_(module.bias, 0, 0.1)
        module.running_mean.normal_(0, 0.1)
        module.running_var.uniform_(0.5, 1.5)
model.eval()
torch.save({"epoch": 1, "state_dict": model.state_dict()}, folder / "weights.pth")
images = torch.randn(2, 3, 96, 64)
with torch.no_grad():
    logits = model(images)
(folder / "images.bin").write_bytes(images.numpy().tobytes())
(folder / "logits.bin").write_bytes(logits.numpy().tobytes())
