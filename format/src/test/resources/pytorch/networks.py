"""torchvision's ResNet and MobileNetV2, module names as there, for machines without torchvision.

MobileNetV3 and EfficientNet are torchvision's own.
"""
import torch
from torch import nn


class BasicBlock(nn.Module):
    expansion = 1

    def __init__(self, inputs, filters, stride, downsample):
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, filters, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(filters)
        self.conv2 = nn.Conv2d(filters, filters, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(filters)
        self.downsample = downsample

    def forward(self, x):
        y = torch.relu(self.bn1(self.conv1(x)))
        y = self.bn2(self.conv2(y))
        return torch.relu(y + (x if self.downsample is None else self.downsample(x)))


class Bottleneck(nn.Module):
    expansion = 4

    def __init__(self, inputs, filters, stride, downsample):
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, filters, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(filters)
        self.conv2 = nn.Conv2d(filters, filters, 3, stride, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(filters)
        self.conv3 = nn.Conv2d(filters, 4 * filters, 1, bias=False)
        self.bn3 = nn.BatchNorm2d(4 * filters)
        self.downsample = downsample

    def forward(self, x):
        y = torch.relu(self.bn1(self.conv1(x)))
        y = torch.relu(self.bn2(self.conv2(y)))
        y = self.bn3(self.conv3(y))
        return torch.relu(y + (x if self.downsample is None else self.downsample(x)))


class ResNet(nn.Module):
    def __init__(self, block, blocks, classes):
        super().__init__()
        self.inputs = 64
        self.conv1 = nn.Conv2d(3, 64, 7, 2, 3, bias=False)
        self.bn1 = nn.BatchNorm2d(64)
        self.layer1 = self.stage(block, 64, blocks[0], 1)
        self.layer2 = self.stage(block, 128, blocks[1], 2)
        self.layer3 = self.stage(block, 256, blocks[2], 2)
        self.layer4 = self.stage(block, 512, blocks[3], 2)
        self.fc = nn.Linear(512 * block.expansion, classes)

    def stage(self, block, filters, count, stride):
        outputs = filters * block.expansion
        downsample = None
        if stride != 1 or self.inputs != outputs:
            downsample = nn.Sequential(
                nn.Conv2d(self.inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs))
        layers = [block(self.inputs, filters, stride, downsample)]
        self.inputs = outputs
        layers += [block(outputs, filters, 1, None) for _ in range(count - 1)]
        return nn.Sequential(*layers)

    def forward(self, x):
        y = torch.relu(self.bn1(self.conv1(x)))
        y = torch.max_pool2d(y, 3, 2, 1)
        y = self.layer4(self.layer3(self.layer2(self.layer1(y))))
        return self.fc(y.mean((2, 3)))


def divisible(value, divisor=8):
    rounded = max(divisor, int(value + divisor / 2) // divisor * divisor)
    return rounded + divisor if rounded < 0.9 * value else rounded


def conv_bn(inputs, filters, kernel, stride=1, groups=1):
    return nn.Sequential(
        nn.Conv2d(inputs, filters, kernel, stride, kernel // 2, groups=groups, bias=False),
        nn.BatchNorm2d(filters), nn.ReLU6())


class InvertedResidual(nn.Module):
    def __init__(self, inputs, outputs, stride, expansion):
        super().__init__()
        hidden = inputs * expansion
        self.shortcut = stride == 1 and inputs == outputs
        layers = [] if expansion == 1 else [conv_bn(inputs, hidden, 1)]
        layers += [conv_bn(hidden, hidden, 3, stride, hidden),
                   nn.Conv2d(hidden, outputs, 1, bias=False), nn.BatchNorm2d(outputs)]
        self.conv = nn.Sequential(*layers)

    def forward(self, x):
        return x + self.conv(x) if self.shortcut else self.conv(x)


class MobileNetV2(nn.Module):
    def __init__(self, classes, width=1.0):
        super().__init__()
        inputs = divisible(32 * width)
        head = divisible(1280 * max(1.0, width))
        features = [conv_bn(3, inputs, 3, 2)]
        for t, c, n, s in [(1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2),
                           (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1)]:
            outputs = divisible(c * width)
            for i in range(n):
                features.append(InvertedResidual(inputs, outputs, s if i == 0 else 1, t))
                inputs = outputs
        features.append(conv_bn(inputs, head, 1))
        self.features = nn.Sequential(*features)
        self.classifier = nn.Sequential(nn.Dropout(0.2), nn.Linear(head, classes))

    def forward(self, x):
        return self.classifier(self.features(x).mean((2, 3)))


def network(name, classes):
    if name == "resnet18":
        return ResNet(BasicBlock, [2, 2, 2, 2], classes)
    if name == "resnet34":
        return ResNet(BasicBlock, [3, 4, 6, 3], classes)
    if name == "resnet50":
        return ResNet(Bottleneck, [3, 4, 6, 3], classes)
    if not name.startswith("mobilenet-v2"):
        import torchvision
        return getattr(torchvision.models, name.replace("-", "_"))(num_classes=classes)
    return MobileNetV2(classes, float((name.split(":") + ["1"])[1]))
