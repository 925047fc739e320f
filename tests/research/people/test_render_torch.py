"""What the GPU draws is what OpenCV draws."""

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from research.people.compose import Composer  # noqa: E402
from research.people.render import _lay  # noqa: E402
from research.people.render_torch import Atlas, draw_layers, layers_of, spoil  # noqa: E402
from research.people.scene import Scene  # noqa: E402
from research.people.shelves import Shelves  # noqa: E402

SIDE = 96


def by_opencv(scene: Scene, shelves: Shelves) -> np.ndarray:
    canvas = np.zeros((scene.side, scene.side, 3), np.uint8)
    for layer in scene.layers:
        _lay(canvas, layer, shelves.shelves[layer.source].image(layer.number))
    return canvas[:, :, ::-1]


def test_both_draw_the_same(smooth_shelves: Shelves) -> None:
    composer = Composer(smooth_shelves)
    scenes = [composer.scene(SIDE, np.random.default_rng(number)) for number in range(24)]
    atlas = Atlas.load(smooth_shelves, torch.device("cpu"))
    drawn = draw_layers(layers_of(scenes, smooth_shelves, atlas.first), atlas, len(scenes), SIDE)
    for scene, image in zip(scenes, drawn.permute(0, 2, 3, 1).numpy(), strict=True):
        assert np.abs(image - by_opencv(scene, smooth_shelves)).mean() < 4


def test_spoiling_keeps_bytes_and_depends_on_the_generator_alone() -> None:
    images = torch.rand(8, 3, 32, 32) * 255
    one, same = (spoil(images, torch.Generator().manual_seed(5)) for _ in range(2))
    assert (one == same).all()
    assert 0 <= float(one.min()) <= float(one.max()) <= 255
