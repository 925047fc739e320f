"""Model folders: finding, opening, checking, fetching, installing, rolling back. Runs no loop."""
