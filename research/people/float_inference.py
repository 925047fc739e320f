"""The float network, as it is trained, behind the same function as the others."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray

from haredge.core.types import Image
from haredge.pose.decoders.centers import Maps, Pairs, decode
from haredge.pose.fitting import LetterboxedImage, fit
from research.logistic import sigmoid
from research.people.inference import LEAST, Finder, Found, found
from research.people.network import PeopleNetwork, to_input
from research.people.weights import STRIDE, UNIT_PX


def float_finder(network: PeopleNetwork, side: int, stride: int = STRIDE) -> Finder:
    """Run the float network on images fitted into ``side`` x ``side`` pixels; ``stride`` is that of its heads."""
    network.eval()

    def find(image: Image) -> Found:
        fitted = fit(image, (side, side))
        pixels = to_input(torch.from_numpy(fitted.pixels)[None]).contiguous(memory_format=torch.channels_last)
        with torch.no_grad():
            outputs = network(pixels)
        return decoded(maps_of({name: value[0].numpy() for name, value in outputs.items()}, stride), stride, fitted)

    return find


def decoded(maps: Maps, stride: int, fitted: LetterboxedImage, larger: float = 1.0) -> Found:
    """Find people in the maps of an image; it was fitted into ``larger`` times as many pixels a side as they are of."""
    people = decode(maps, stride, least=LEAST)
    keypoints = np.array([person.keypoints for person in people], np.float64).reshape(-1, 17, 3)
    keypoints[:, :, :2] = fitted.letterbox.to_image((keypoints[:, :, :2] + 0.5) * larger - 0.5)
    return found(keypoints, np.array([person.presence for person in people]))


def maps_of(outputs: dict[str, NDArray[np.float32]], stride: int) -> Maps:
    """Turn raw outputs (channels, rows, columns) into what the decoder wants."""
    height, width = outputs["centre"].shape[1:]

    def pairs(name: str) -> Pairs:
        return Pairs(outputs[name].transpose(1, 2, 0).reshape(height, width, 17, 2), UNIT_PX / stride)

    return Maps(sigmoid(outputs["centre"][0]), pairs("regress"), sigmoid(outputs["heatmap"]), pairs("offset"))
