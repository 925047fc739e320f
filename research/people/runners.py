"""A network that only answers, and does not learn, run as fast as the device allows.

On a processor OpenVINO computes in bfloat16 where there are instructions for it (AMX), in float32 elsewhere: 8 to 14 ms
in place of PyTorch's 37 for MultiPose with all of its cells, 256x256, on one thread.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from research.people.guide import Run
from research.people.network import PeopleNetwork
from research.people.views import Outputs
from research.people.weights import HEADS


class _InOrder(nn.Module):  # type: ignore[misc]
    """A network whose outputs come in the order of :data:`HEADS`."""

    def __init__(self, network: PeopleNetwork) -> None:
        super().__init__()
        self.network = network

    def forward(self, x: Tensor) -> tuple[Tensor, ...]:
        outputs = self.network(x)
        return tuple(outputs[name] for name in HEADS)


def on_processor(network: PeopleNetwork, side: int) -> Run:
    """Run on one thread, one image of ``side`` x ``side`` pixels after the other."""
    import openvino  # noqa: PLC0415 - a GPU does without it

    shape = (1, 3, side, side)
    with torch.no_grad():
        model = openvino.convert_model(_InOrder(network.eval()), example_input=torch.zeros(shape), input=list(shape))
    options = {"INFERENCE_NUM_THREADS": 1, "INFERENCE_PRECISION_HINT": "bf16"}
    request: Any = openvino.Core().compile_model(model, "CPU", options).create_infer_request()

    def run(x: Tensor) -> Outputs:
        answers: list[list[Tensor]] = []
        for image in x.contiguous().numpy():
            request.infer({0: image[None]})
            answers.append([torch.from_numpy(request.get_output_tensor(i).data.copy()) for i in range(len(HEADS))])
        return {name: torch.cat(parts) for name, parts in zip(HEADS, zip(*answers, strict=True), strict=True)}

    return run


def on_gpu(network: PeopleNetwork, device: torch.device) -> Run:
    """Run a batch at once in bfloat16."""
    network = network.to(device, memory_format=torch.channels_last).eval()

    def run(x: Tensor) -> Outputs:
        with torch.no_grad(), torch.autocast(device.type, torch.bfloat16):
            outputs = network(x.contiguous(memory_format=torch.channels_last))
        return {name: value.float() for name, value in outputs.items()}

    return run
