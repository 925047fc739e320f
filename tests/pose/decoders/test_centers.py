import numpy as np
import pytest

from haredge.inference.engine import Tensor
from haredge.pose.decoders.centers import CentersDecoder, Maps, Pairs, decode, peaks

STRIDE = 8


def blank(rows: int = 24, columns: int = 24) -> Maps:
    """No person anywhere."""
    regress, offset = (Pairs(np.zeros((rows, columns, 17, 2), np.float32)) for _ in range(2))
    return Maps(np.zeros((rows, columns), np.float32), regress, np.zeros((17, rows, columns), np.float32), offset)


def person(left: float, top: float, size: float) -> np.ndarray:
    """(17, 2) x, y in pixels of a person in a square."""
    rng = np.random.default_rng(5)
    return np.array((left, top)) + rng.uniform(0, size, (17, 2))


def add(maps: Maps, points: np.ndarray, score: float, heat: float = 0.9) -> None:
    """Answer as a perfect network would."""
    centre = (points.min(0) + points.max(0)) / 2
    column, row = np.rint((centre + 0.5) / STRIDE).astype(int)
    maps.centre[row, column] = score
    maps.regress.stored[row, column] = (points[:, ::-1] + 0.5) / STRIDE - (row, column)
    for joint, (x, y) in enumerate(points):
        column, row = np.rint((np.array((x, y)) + 0.5) / STRIDE).astype(int)
        maps.heatmap[joint, row, column] = heat
        maps.offset.stored[row, column, joint] = (y + 0.5) / STRIDE - row, (x + 0.5) / STRIDE - column


def test_everybody_is_found_the_highest_score_first_with_keypoints_to_the_pixel() -> None:
    maps, near, far = blank(), person(20, 20, 80), person(120, 60, 40)
    add(maps, far, 0.6)
    add(maps, near, 0.9)
    people = decode(maps, STRIDE, least=0.1)
    assert [one.presence for one in people] == pytest.approx([0.9, 0.6])
    assert np.array([one.keypoints[:, :2] for one in people]) == pytest.approx(np.array([near, far]), abs=1e-3)
    assert np.array([one.keypoints[:, 2] for one in people]) == pytest.approx(0.9)


def test_each_keypoint_goes_to_the_person_whose_regression_is_near() -> None:
    maps, one, other = blank(), person(30, 30, 70), person(60, 34, 70)
    add(maps, one, 0.9)
    add(maps, other, 0.8)
    people = decode(maps, STRIDE, least=0.1)
    assert np.array([each.keypoints[:, :2] for each in people]) == pytest.approx(np.array([one, other]), abs=1e-3)


def test_a_rough_regression_is_corrected_by_the_heatmap() -> None:
    maps, points = blank(), person(20, 20, 120)
    add(maps, points, 0.9)
    maps.regress.stored[maps.centre > 0] += 0.8
    assert decode(maps, STRIDE)[0].keypoints[:, :2] == pytest.approx(points, abs=1e-3)


def test_without_any_heat_the_regression_alone_says_where_keypoints_are() -> None:
    maps, points = blank(), person(20, 20, 120)
    add(maps, points, 0.9, heat=1e-6)
    keypoints = decode(maps, STRIDE)[0].keypoints
    assert np.abs(keypoints[:, :2] - points).max() < 1.5 * STRIDE
    assert keypoints[:, 2].max() < 0.01


def test_nobody() -> None:
    assert decode(blank(), STRIDE, least=0.1) == []


def test_a_second_peak_on_the_same_person_is_no_second_person() -> None:
    maps, points = blank(), person(20, 20, 100)
    add(maps, points, 0.9)
    (row,), (column,) = np.nonzero(maps.centre)
    maps.centre[row + 2, column] = 0.5
    maps.regress.stored[row + 2, column] = maps.regress.stored[row, column] - (2, 0)
    assert len(decode(maps, STRIDE, least=0.1)) == 1


def test_at_most_so_many_and_none_below_the_least_score() -> None:
    maps = blank()
    for number in range(8):
        add(maps, person(4 + 46 * (number % 4), 10 + 90 * (number // 4), 30), 0.2 + 0.1 * number)
    assert len(decode(maps, STRIDE, most=6)) == 6
    sure = decode(maps, STRIDE, most=20, least=0.75)
    assert [person.presence for person in sure] == pytest.approx([0.9, 0.8])


def test_peaks_at_the_edges_count() -> None:
    centre = np.zeros((3, 5), np.float32)
    centre[0, 0], centre[2, 4], centre[2, 3] = 0.5, 0.9, 0.8
    rows, columns, scores = peaks(centre, 6, 0.1)
    assert list(zip(rows.tolist(), columns.tolist(), strict=True)) == [(2, 4), (0, 0)]
    assert scores.tolist() == pytest.approx([0.9, 0.5])


@pytest.mark.parametrize(("dtype", "middle"), [(np.uint8, 128), (np.int8, 0), (np.float32, 0)])
def test_stored_outputs_in_any_order_are_read_as_they_are_stored(dtype: type, middle: int) -> None:
    scale = 0.0 if dtype is np.float32 else 0.05
    shapes = [(1, 12, 12, 34), (1, 12, 12, 1), (1, 12, 12, 2, 17), (1, 12, 12, 17)]
    tensors = [Tensor(str(number), shape, np.dtype(dtype), scale, middle) for number, shape in enumerate(shapes)]
    offset, centre, regress, heatmap = (np.full(shape, -6.0, np.float32) for shape in shapes)
    offset[:], regress[:] = 0, 0
    centre[0, 5, 6], heatmap[0, 4, 7, :] = 2.0, 3.0
    regress[0, 5, 6, 0], regress[0, 5, 6, 1] = -1, 1
    offset[0, 4, 7, :17] = 0.25
    decoder = CentersDecoder(tensors, STRIDE)
    stored = [
        tensor.quantise(values) for tensor, values in zip(tensors, (offset, centre, regress, heatmap), strict=True)
    ]
    (person,) = decoder.decode(stored, 0.1)
    assert person.presence == pytest.approx(1 / (1 + np.exp(-2.0)), abs=0.01)
    assert person.keypoints == pytest.approx(np.tile([55.5, 33.5, 0.953], (17, 1)), abs=0.01)


def test_the_box_is_the_outline_of_all_keypoints() -> None:
    """Hidden ones included, with a tenth of the longer side all round: legs behind a table are still there."""
    maps, points = blank(), person(60, 60, 80)
    add(maps, points, 0.9)
    maps.heatmap[11:] *= 0.1  # the legs are hidden
    (found,) = decode(maps, STRIDE)
    low, high = found.keypoints[:, :2].min(0), found.keypoints[:, :2].max(0)
    more = 0.1 * (high - low).max()
    assert found.box == pytest.approx((*(low - more), *(high + more)), abs=1e-3)
