#!/usr/bin/python3
"""Networks of torchvision with random weights, as ONNX files with an open batch.

    torchvision_models.py OUT [NAME...]

Each becomes OUT/NAME.onnx (opset 17, 3x224x224, logits) as torch exports it. Weights are torchvision's initial ones,
seeded; the statistics of batch normalisations, scales and shifts of layer normalisations and ConvNeXt's layer scales
are random, because a mean of 0, a variance of 1 and a scale of 1e-6 would hide mistakes.
Without names: the twelve networks of bench/RESULTS.md. Needs python3-torch, python3-torchvision and python3-onnx.
"""

import inspect
import pathlib
import sys

import torch
import torchvision

NAMES = ("mobilenet_v2 mobilenet_v3_small mnasnet1_0 efficientnet_b0 shufflenet_v2_x1_0 regnet_y_400mf squeezenet1_1 "
         "googlenet resnet18 densenet121 vgg11 convnext_tiny").split()


def model(name):
    torch.manual_seed(42)
    build = getattr(torchvision.models, name)
    # googlenet alone has outputs for training beside the logits,.
    special = {"aux_logits": False, "init_weights": False} if name == "googlenet" else {}
    net = build(weights=None, **special).eval()
    for layer in net.modules():
        if isinstance(layer, torch.nn.BatchNorm2d):
            layer.running_mean.normal_(0, 0.1)
            layer.running_var.uniform_(0.5, 1.5)
        if isinstance(layer, torch.nn.LayerNorm):
            layer.weight.uniform_(0.5, 1.5)
            layer.bias.normal_(0, 0.1)
        if hasattr(layer, "layer_scale"):
            layer.layer_scale.uniform_(0.1, 0.5)
    return net


def main():
    out = pathlib.Path(sys.argv[1])
    out.mkdir(parents=True, exist_ok=True)
    # The older exporter; newer versions of torch have another one as their default.
    dynamo = {"dynamo": False} if "dynamo" in inspect.signature(torch.onnx.export).parameters else {}
    for name in sys.argv[2:] or NAMES:
        path = out / f"{name}.onnx"
        with torch.no_grad():
            torch.onnx.export(
                model(name), torch.randn(2, 3, 224, 224), str(path), opset_version=17, input_names=["input"],
                output_names=["logits"], dynamic_axes={"input": {0: "N"}, "logits": {0: "N"}}, **dynamo)
        print(f"{path}  {path.stat().st_size:,} bytes")


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    main()
