"""Train the network; the same command goes on where it was stopped."""

from __future__ import annotations

import argparse
import fcntl
import logging
import os
import sys
import tempfile
from pathlib import Path

import torch
from torch import distributed, multiprocessing

from research.people.compose import Composer
from research.people.guide import SIDE, Guide
from research.people.network import PeopleNetwork
from research.people.recipe import Recipe
from research.people.runners import on_gpu, on_processor
from research.people.shelves import Shelves
from research.people.train import Stop, Team, Trainer
from research.people.validation import Validation
from research.people.views import GUIDE_STRIDE
from research.people.weights import load_weights


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("--name", required=True, help="name of the training: its folder under WORK")
    parser.add_argument("--start", type=Path, required=True, help="weights to begin with, if there is no checkpoint")
    parser.add_argument("--guide", type=Path, help="weights of a network to learn from, run with all of its cells")
    parser.add_argument("--shared", type=Path, help="data's folder, to validate on; without it nothing is validated")
    parser.add_argument("--processes", type=int, default=1, help="processes of one thread each (default: 1)")
    parser.add_argument("--device", default="cpu", choices=["cpu", "cuda"], help="default: cpu")
    parser.add_argument("--batch", type=int, default=Recipe().batch, help="examples per step (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=Recipe().seed, help="chooses the examples (default: %(default)s)")
    parser.add_argument(
        "--examples", type=int, default=Recipe().examples, help="examples in all (default: %(default)s)"
    )


def run(arguments: argparse.Namespace) -> None:
    """Train until the recipe's end or SIGTERM."""
    folder = arguments.work / arguments.name
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            sys.exit(f"{folder}: a training is running there")
        _fit_together(arguments)


def _fit_together(arguments: argparse.Namespace) -> None:
    if arguments.processes == 1:
        _fit(arguments, Team())
        return
    with tempfile.TemporaryDirectory() as meeting:
        context = multiprocessing.start_processes(
            _fit_one, (arguments, meeting), arguments.processes, join=False, start_method="spawn"
        )
        stop = Stop(lambda: [process.terminate() for process in context.processes])
        stop.listen()
        while not context.join():
            pass


def _fit_one(rank: int, arguments: argparse.Namespace, meeting: str) -> None:
    team = Team(rank, arguments.processes)
    distributed.init_process_group("gloo", init_method=f"file://{meeting}/store", rank=rank, world_size=team.size)
    _fit(arguments, team)
    distributed.destroy_process_group()


def _fit(arguments: argparse.Namespace, team: Team) -> None:
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    torch.set_num_threads(1)
    stop = Stop()
    stop.listen()
    recipe = _recipe(arguments)
    network = PeopleNetwork(load_weights(arguments.start))
    planners = max(1, (os.cpu_count() or 2) - 1) if arguments.device == "cuda" else None
    guide = _guide(arguments.guide, torch.device(arguments.device)) if arguments.guide else None
    folder = arguments.work / arguments.name
    trainer = Trainer(network, recipe, folder, device=arguments.device, planners=planners, guide=guide)
    trainer.resume()
    composer = Composer(Shelves.open(arguments.work / "labels"))
    validation = Validation.read(arguments.shared) if arguments.shared and team.rank == 0 else None
    trainer.fit(composer, validation, stop, team)


def _recipe(arguments: argparse.Namespace) -> Recipe:
    if arguments.guide:
        return Recipe.with_guide(SIDE, examples=arguments.examples, batch=arguments.batch, seed=arguments.seed)
    return Recipe(examples=arguments.examples, batch=arguments.batch, seed=arguments.seed)


def _guide(path: Path, device: torch.device) -> Guide:
    network = PeopleNetwork(load_weights(path), GUIDE_STRIDE)
    return Guide(on_processor(network, SIDE) if device.type == "cpu" else on_gpu(network, device))
