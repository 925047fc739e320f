"""``haredge mqtt forget``: clear what a node that was renamed has left at the broker."""

from __future__ import annotations

import argparse
from contextlib import closing

from pydantic import TypeAdapter

from haredge.commands.arguments import add_config, checked, load_config
from haredge.config.load import find, with_config_line
from haredge.config.values import Topic, TopicLevel
from haredge.core.address import with_port
from haredge.core.counted import counted
from haredge.core.errors import BrokerError
from haredge.terminal import say


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of ``haredge mqtt``."""
    parser.add_argument("action", choices=("forget",))
    parser.add_argument("node", type=_node, metavar="NODE", help="the name that it had (mqtt.node)")
    parser.add_argument("--base", type=_base, help="the base that it had, if another (default: mqtt.base)")
    parser.add_argument(
        "--announcement",
        type=_base,
        metavar="PREFIX",
        help="clear its announcement to Home Assistant under this prefix alone; it may be running: "
        "mqtt.discovery.prefix was another, or discovery was switched off",
    )
    parser.add_argument("--yes", action="store_true", help="do not ask before clearing")
    parser.add_argument("--even-online", action="store_true", help="also if its status says that it is running")
    add_config(parser)


def run(args: argparse.Namespace) -> int:
    """List what the broker keeps of a node, ask, and clear it; status 1 if the answer is no.

    Raises :class:`haredge.core.errors.BrokerError` if the broker is away or refuses, or the node is running.
    """
    from haredge.mqtt.leftovers import Leftovers  # noqa: PLC0415  # paho takes its time, and a wrong word needs none

    with with_config_line(args.config or find()):
        mqtt = load_config(args).mqtt
        mqtt = mqtt.model_copy(update={"node": args.node, "base": args.base or mqtt.base})
        name, broker = f"{mqtt.base}/{mqtt.node}", with_port(mqtt.host, mqtt.port)
        if args.announcement:
            discovery = mqtt.discovery.model_copy(update={"prefix": args.announcement})
            mqtt = mqtt.model_copy(update={"discovery": discovery})
        with closing(Leftovers(mqtt, announcement_alone=bool(args.announcement))) as leftovers:
            leftovers.connect()
            found = leftovers.find()
            if not found:
                say(f"{broker} keeps nothing of {name}")
                return 0
            say(f"{broker} keeps of {name}:", *(f"  {topic}" for topic in found))
            if leftovers.online(found) and not args.even_online:
                raise BrokerError(
                    f"{name} is online: stop it first; if it is gone, and only its broker was away when it ended: "
                    "--even-online"
                )
            if not args.yes and not _agreed():
                say("nothing was cleared")
                return 1
            leftovers.clear(found)
    say(f"cleared: {counted(len(found), 'topic')}")
    return 0


def _agreed() -> bool:
    """Ask; no answer is a no."""
    try:
        return input("clear them? [y/N] ").strip().lower() in ("y", "yes")
    except EOFError:
        say("")
        return False


def _node(text: str) -> str:
    return checked(TypeAdapter(TopicLevel), text, "letters, digits, _ and -")


def _base(text: str) -> str:
    return checked(TypeAdapter(Topic), text, "letters, digits, _, - and /")
