"""Web pages: the daemon's live view, and the page to try a clip. Only here Starlette; no recognition, no loop."""
