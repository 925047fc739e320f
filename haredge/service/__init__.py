"""The running daemon: its loop round the pipeline, its sinks, rate, switch, health and systemd.

No argparse, no network of any kind.
"""
