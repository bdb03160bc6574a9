"""One training step of a 3-D U-Net for segmentation in PyTorch: python3 unet_step.py FOLDER."""

import sys

import torch
import torch.nn as nn
import torch.nn.functional as F

from worker import assign, load, serve


class Norm(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.scale = nn.Parameter(torch.ones(channels))
        self.shift = nn.Parameter(torch.zeros(channels))

    def forward(self, x):
        return F.instance_norm(x, weight=self.scale, bias=self.shift)


class Layer(nn.Module):
    def __init__(self, inputs, outputs):
        super().__init__()
        self.weight = nn.Parameter(torch.empty(outputs, inputs, 3, 3, 3))
        self.norm = Norm(outputs)

    def forward(self, x):
        return F.leaky_relu(self.norm(F.conv3d(x, self.weight, padding=1)), 0.2, inplace=True)


def block(inputs, outputs):
    return nn.Sequential(Layer(inputs, outputs), Layer(outputs, outputs))


class Net(nn.Module):
    def __init__(self, channels, classes):
        super().__init__()
        self.encoder = nn.ModuleList(block(a, b) for a, b in zip([1] + channels, channels))
        deep = channels[::-1]
        self.decoder = nn.ModuleList(block(a + b, b) for a, b in zip(deep, deep[1:]))
        self.head = nn.Conv3d(channels[0], classes, 1)

    def forward(self, x):
        skips = []
        for level, layers in enumerate(self.encoder):
            x = layers(F.max_pool3d(x, 2) if level > 0 else x)
            skips.append(x)
        skips.pop()
        for layers in self.decoder:
            x = layers(torch.cat([F.interpolate(x, scale_factor=2, mode="nearest"), skips.pop()], 1))
        return self.head(x)


def main():
    index, tensors = load(sys.argv[1])
    net = Net(index["channels"], index["classes"])
    assign(net, tensors)
    image, one_hot = tensors["inputs/image"], tensors["inputs/oneHot"]
    labels = one_hot.argmax(1)
    hot = one_hot[:, 1:]

    def loss():
        logits = net(image)
        soft = F.softmax(logits, 1)[:, 1:]
        axes = (2, 3, 4)
        dice = (2 * (soft * hot).sum(axes) + 1) / (soft.sum(axes) + hot.sum(axes) + 1)
        return F.cross_entropy(logits, labels) + 1 - dice.mean()

    serve(net, loss, index)


main()
