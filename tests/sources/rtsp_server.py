# mypy: ignore-errors
"""An RTSP server on a free loopback port, for the tests: blue images at ``/blue``. Prints its port.

Run by Debian's own Python, which is the one that sees python3-gi and gir1.2-gst-rtsp-server-1.0.
"""

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import GLib, Gst, GstRtspServer  # noqa: E402 - the versions come first

Gst.init(None)
server = GstRtspServer.RTSPServer(address="127.0.0.1", service="0")
factory = GstRtspServer.RTSPMediaFactory()
factory.set_launch(
    "( videotestsrc is-live=true pattern=blue ! video/x-raw,format=I420,width=160,height=120,framerate=30/1 "
    "! jpegenc ! rtpjpegpay name=pay0 )"
)
server.get_mount_points().add_factory("/blue", factory)
server.attach(None)
print(server.get_bound_port(), flush=True)  # noqa: T201 - the test reads it
GLib.MainLoop().run()
