"""Weights that the pose network starts from."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray

from research.pose.imagenet import Weights
from research.pose.network import InvertedResidual, PoseNetwork, Same


def load_imagenet(network: PoseNetwork, weights: Weights) -> None:
    """Give the body an ImageNet network's weights; a narrower block keeps the channels that matter most."""
    _copy(network.stem, *weights["stem"])
    for index, block in enumerate(network.blocks):
        assert isinstance(block, InvertedResidual)
        _copy_block(block, index, weights)


def important_channels(depthwise: NDArray[np.float32], project: NDArray[np.float32], count: int) -> NDArray[np.intp]:
    """Choose the expanded channels that can move a block's output most: by the norms of both kernels."""
    importance = np.linalg.norm(depthwise.reshape(len(depthwise), -1), axis=1) * np.linalg.norm(
        project.reshape(len(project), -1), axis=0
    )
    return np.sort(np.argsort(-importance)[:count])


def _copy_block(block: InvertedResidual, index: int, weights: Weights) -> None:
    depthwise, depthwise_bias = weights[f"{index}/depthwise"]
    project, project_bias = weights[f"{index}/project"]
    kept = important_channels(depthwise, project, block.depthwise.out_channels)
    if block.expand is not None:
        expand, expand_bias = weights[f"{index}/expand"]
        _copy(block.expand, expand[kept], expand_bias[kept])
    _copy(block.depthwise, depthwise[kept], depthwise_bias[kept])
    _copy(block.project, project[:, kept], project_bias)


def _copy(layer: Same, kernel: NDArray[np.float32], bias: NDArray[np.float32]) -> None:
    assert layer.bias is not None
    with torch.no_grad():
        layer.weight.copy_(torch.from_numpy(np.array(kernel)))
        layer.bias.copy_(torch.from_numpy(np.array(bias)))
