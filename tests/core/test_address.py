"""Promises of haredge.core.address."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from haredge.core.address import redacted


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("rtsp://admin:geheim@10.0.0.7:554/live", "rtsp://***@10.0.0.7:554/live"),
        ("rtsp://admin:p@ss/w?rd@10.0.0.7/live", "rtsp://***@10.0.0.7/live"),
        ("http://10.0.0.7/video?user=admin&pwd=geheim", "http://10.0.0.7/video?***"),
        ("http://10.0.0.7/video", "http://10.0.0.7/video"),
        (
            "rtspsrc location=rtsp://10.0.0.7/a user-id=me user-pw=geheim ! decodebin",
            "rtspsrc location=rtsp://10.0.0.7/a user-id=me user-pw=*** ! decodebin",
        ),
        (
            "souphttpsrc location=http://a/b?k=geheim user-pw='ge heim' ! x",
            "souphttpsrc location=http://a/b?*** user-pw=*** ! x",
        ),
        ("v4l2src device=/dev/video0 ! jpegdec", "v4l2src device=/dev/video0 ! jpegdec"),
    ],
)
def test_secrets_are_starred_and_the_rest_stays(text: str, safe: str) -> None:
    """Enough is left to tell which camera is meant."""
    assert redacted(text) == safe


@given(user=st.text("abcXYZ09@:/?#", min_size=1), password=st.text("qvw!$&*", min_size=4))
def test_no_password_in_front_of_a_host_survives(user: str, password: str) -> None:
    """Whatever a user and password are made of, short of spaces, none of it is left."""
    assert password not in redacted(f"rtsp://{user}:{password}@camera.local/live").replace("***", "")
