"""One training step of VoxelMorph's default network in PyTorch: python3 voxelmorph_step.py FOLDER.

Network, spatial transformer, NCC and Grad are those of voxelmorph/torch (Apache-2.0, commit ca28315), written down again
without its package; plain displacement (int_steps 0). One departure: the warp clamps to the border instead of reading
zeros, so that both sides compute the same thing.
"""

import sys

import torch
import torch.nn as nn
import torch.nn.functional as F

from worker import assign, load, serve


class Net(nn.Module):
    def __init__(self, encoder, decoder):
        super().__init__()
        self.encoder = nn.ModuleList()
        width = 2
        for outputs in encoder:
            self.encoder.append(nn.Conv3d(width, outputs, 3, padding=1))
            width = outputs
        skips = list(encoder)
        self.decoder = nn.ModuleList()
        for outputs in decoder:
            self.decoder.append(nn.Conv3d(width, outputs, 3, padding=1))
            width = outputs + (skips.pop() if skips else 0)
        self.flow = nn.Conv3d(width, 3, 3, padding=1)

    def forward(self, moving, fixed):
        x = torch.cat([moving, fixed], 1)
        skips = []
        for layer in self.encoder:
            x = F.leaky_relu(layer(x), 0.2)
            skips.append(x)
            x = F.max_pool3d(x, 2)
        for layer in self.decoder:
            x = F.leaky_relu(layer(x), 0.2)
            if skips:
                x = torch.cat([F.interpolate(x, scale_factor=2, mode="nearest"), skips.pop()], 1)
        return self.flow(x)


def identity(extents):
    return torch.stack(torch.meshgrid(*[torch.arange(0, e) for e in extents], indexing="ij"))[None].float()


def warp(image, flow, grid):
    locations = grid + flow
    extents = flow.shape[2:]
    for axis, extent in enumerate(extents):
        locations[:, axis] = 2 * (locations[:, axis] / (extent - 1) - 0.5)
    locations = locations.permute(0, 2, 3, 4, 1)[..., [2, 1, 0]]
    return F.grid_sample(image, locations, align_corners=True, mode="bilinear", padding_mode="border")


def ncc(fixed, moved, window=9):
    ones = torch.ones([1, 1, window, window, window])

    def box(x):
        return F.conv3d(x, ones, stride=1, padding=window // 2)

    i_sum, j_sum = box(fixed), box(moved)
    i2_sum, j2_sum, ij_sum = box(fixed * fixed), box(moved * moved), box(fixed * moved)
    size = window**3
    u_i, u_j = i_sum / size, j_sum / size
    cross = ij_sum - u_j * i_sum - u_i * j_sum + u_i * u_j * size
    i_var = i2_sum - 2 * u_i * i_sum + u_i * u_i * size
    j_var = j2_sum - 2 * u_j * j_sum + u_j * u_j * size
    return 1 - torch.mean(cross * cross / (i_var * j_var + 1e-5))


def grad(u):
    dy = torch.abs(u[:, :, 1:] - u[:, :, :-1])
    dx = torch.abs(u[:, :, :, 1:] - u[:, :, :, :-1])
    dz = torch.abs(u[:, :, :, :, 1:] - u[:, :, :, :, :-1])
    return (torch.mean(dx * dx) + torch.mean(dy * dy) + torch.mean(dz * dz)) / 3


def main():
    index, tensors = load(sys.argv[1])
    net = Net(index["encoder"], index["decoder"])
    assign(net, tensors)
    moving, fixed = tensors["inputs/moving"], tensors["inputs/fixed"]
    grid = identity(fixed.shape[2:])
    similarity = ncc if index["similarity"] == "local-ncc" else F.mse_loss

    def loss():
        flow = net(moving, fixed)
        return similarity(fixed, warp(moving, flow, grid)) + grad(flow)

    serve(net, loss, index)


main()
