"""A step or a prediction of Med3D's encoder with a segmentation branch in PyTorch: python3 resnet_step.py FOLDER.

The network is that of MedicalNet (models/resnet.py, MIT, commit 20f76aa), written down again without its package; the
branch is a 1^3 convolution and linear interpolation in which feature voxel p stands at image voxel 8 p.
"""

import sys

import torch
import torch.nn as nn
import torch.nn.functional as F

from worker import answer, assign, load, serve

BLOCKS = {10: [1, 1, 1, 1], 18: [2, 2, 2, 2], 34: [3, 4, 6, 3], 50: [3, 4, 6, 3]}
STRIDES = [1, 2, 1, 1]
DILATIONS = [1, 1, 2, 4]


def conv(inputs, outputs, kernel, stride=1, dilation=1):
    padding = dilation * (kernel - 1) // 2
    return nn.Conv3d(inputs, outputs, kernel, stride, padding, dilation, bias=False)


class Block(nn.Module):
    def __init__(self, inputs, width, stride, dilation, bottleneck, shortcut):
        super().__init__()
        outputs = width * 4 if bottleneck else width
        if bottleneck:
            layers = [conv(inputs, width, 1), conv(width, width, 3, stride, dilation), conv(width, outputs, 1)]
        else:
            layers = [conv(inputs, width, 3, stride, dilation), conv(width, width, 3, 1, dilation)]
        self.depth = len(layers)
        for index, layer in enumerate(layers):
            setattr(self, f"conv{index + 1}", layer)
            setattr(self, f"bn{index + 1}", nn.BatchNorm3d(layer.out_channels))
        self.stride, self.missing = stride, outputs - inputs
        self.downsample = None
        if shortcut == "B" and (stride > 1 or inputs != outputs):
            self.downsample = nn.Sequential(conv(inputs, outputs, 1, stride), nn.BatchNorm3d(outputs))

    def forward(self, x):
        y = x
        for index in range(1, self.depth + 1):
            y = getattr(self, f"bn{index}")(getattr(self, f"conv{index}")(y))
            if index < self.depth:
                y = F.relu(y, inplace=True)
        if self.downsample is not None:
            x = self.downsample(x)
        elif self.missing > 0 or self.stride > 1:
            s = self.stride
            x = F.pad(x[:, :, ::s, ::s, ::s], (0, 0, 0, 0, 0, 0, 0, self.missing))
        return F.relu(y + x, inplace=True)


class Net(nn.Module):
    def __init__(self, depth, shortcut, classes):
        super().__init__()
        self.conv1 = nn.Conv3d(1, 64, 7, 2, 3, bias=False)
        self.bn1 = nn.BatchNorm3d(64)
        inputs, bottleneck = 64, depth >= 50
        for stage, count in enumerate(BLOCKS[depth]):
            width = 64 * 2**stage
            blocks = []
            for index in range(count):
                stride = STRIDES[stage] if index == 0 else 1
                blocks.append(Block(inputs, width, stride, DILATIONS[stage], bottleneck, shortcut))
                inputs = width * 4 if bottleneck else width
            setattr(self, f"layer{stage + 1}", nn.Sequential(*blocks))
        self.branches = nn.ModuleDict({"bench": nn.Conv3d(inputs, classes, 1)})

    def forward(self, x):
        extents = x.shape[2:]
        x = F.max_pool3d(F.relu(self.bn1(self.conv1(x)), inplace=True), 3, 2, 1)
        x = self.layer4(self.layer3(self.layer2(self.layer1(x))))
        x = self.branches["bench"](x)
        reached = [8 * (n - 1) + 1 for n in x.shape[2:]]
        x = F.interpolate(x, size=reached, mode="trilinear", align_corners=True)
        behind = [n for extent, end in zip(extents[::-1], reached[::-1]) for n in (0, extent - end)]
        return F.pad(x, behind, mode="replicate")


def predict(net, image, index):
    """Answers with predictions by the running averages; the "loss" is the mean of the squared logits."""
    net.eval()

    def step():
        with torch.no_grad():
            return (net(image) ** 2).mean()

    answer(step, index)


def main():
    index, tensors = load(sys.argv[1])
    net = Net(index["depth"], index["shortcut"], index["classes"])
    assign(net, tensors)
    image = tensors["inputs/image"]
    if index["mode"] == "predict":
        return predict(net, image, index)
    labels = tensors["inputs/oneHot"].argmax(1)
    return serve(net, lambda: F.cross_entropy(net(image), labels), index)


main()
