import numpy as np
import pytest

from haredge.pose.decoders.multipose import SHAPE, decode


def row(score: float, *, y: float = 0.25, x: float = 0.5) -> np.ndarray:
    return np.array([*[y, x, 0.7] * 17, 0.1, 0.2, 0.5, 0.6, score], np.float32)


def output(*rows: np.ndarray) -> np.ndarray:
    out = np.zeros(SHAPE, np.float32)
    for place, values in zip(out[0], rows, strict=False):
        place[:] = values
    return out


def test_people_come_in_pixels_the_highest_score_first() -> None:
    people = decode(output(row(0.3), row(0.8, x=0.25)), (192, 256))
    assert [person.presence for person in people[:2]] == pytest.approx([0.8, 0.3])
    assert people[0].keypoints[0] == pytest.approx([63.5, 47.5, 0.7])
    assert people[0].box == pytest.approx([0.2 * 256 - 0.5, 0.1 * 192 - 0.5, 0.6 * 256 - 0.5, 0.5 * 192 - 0.5])


def test_who_scores_less_is_not_there() -> None:
    assert len(decode(output(row(0.17), row(0.19)), (192, 192), 0.18)) == 1
    assert decode(output(), (192, 192), 0.18) == []


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_values_that_are_not_numbers_are_passed_on(bad: float) -> None:
    """What checks a network sees them; the estimator leaves them out."""
    assert len(decode(output(row(0.5, x=bad), row(0.4), row(np.nan)), (192, 192), 0.18)) == 3
