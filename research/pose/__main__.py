"""``python -m research.pose``: label, train, export and measure, one command each."""

from __future__ import annotations

import argparse
import logging
import sys
from dataclasses import replace
from pathlib import Path

from haredge.manifest import MODEL
from research.ending import exit_status
from research.pose.material import PoseData


def main(arguments: list[str] | None = None) -> int:
    """Run one step of the training."""
    parser = argparse.ArgumentParser(prog="python -m research.pose", description=__doc__)
    parser.add_argument("--shared", type=Path, default=Path("../shared/data"), help="folder of the data sets")
    parser.add_argument("--work", type=Path, default=Path("../pose-work"), help="folder for material and checkpoints")
    steps = parser.add_subparsers(dest="step", required=True)
    _label_arguments(steps.add_parser("label", help="gather the images, let the teachers label them, render people"))
    train = steps.add_parser("train", help="train, from the last checkpoint where there is one")
    train.add_argument("--steps", type=int, help="batches in all; the learning rate falls to nothing at the last")
    train.add_argument("--start", type=Path, metavar="MODEL", help="a released model's folder to fine-tune")
    train.add_argument("--processes", type=int, default=2, help="training processes (default: %(default)s)")
    export = steps.add_parser("export", help="write the int8 and the float network and the noise it makes")
    export.add_argument("--out", type=Path, default=Path("models/pose"), help="the model's folder")
    kept = steps.add_parser("kept", help="write the labels of the validation set's stock photographs, to measure on")
    kept.add_argument("--out", type=Path, required=True, metavar="FILE", help="a file of COCO keypoints")
    args = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    args.work.mkdir(parents=True, exist_ok=True)
    run = {"label": _label, "train": _train, "export": _export, "kept": _kept}[args.step]
    return exit_status(lambda: run(args))


def _label_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--mediapipe", type=Path, required=True, help="a Python with mediapipe 0.10.21")
    parser.add_argument("--blazepose", type=Path, required=True, help="its pose_landmark_full.tflite")
    parser.add_argument("--quick", action="store_true", help="fewer passes and cut-outs: half an hour instead of two")


def _label(args: argparse.Namespace) -> None:
    # Each step imports what it needs: one needs no torch, the other no TensorFlow.
    import numpy as np  # noqa: PLC0415

    from research.pose import labelling  # noqa: PLC0415
    from research.pose.teachers import BlazePose, MoveNetTeacher  # noqa: PLC0415

    material = PoseData(args.work, args.shared)
    material.gather()
    material.draw()
    movenet = MoveNetTeacher(args.shared / "models" / "movenet_lightning_int8.tflite")
    teachers = labelling.Teachers(movenet, BlazePose(args.blazepose), args.quick)
    if not (args.work / "keypoints.npy").exists():
        first = labelling.ask_mediapipe(args.mediapipe, args.work / "pictures.bin", args.work / "mediapipe.npy")
        np.save(args.work / "keypoints.npy", labelling.label(material, teachers, first))
    if not (args.work / "masks.shapes.npy").exists():
        labelling.write_masks(args.work / "masks.bin", material, teachers)


def _train(args: argparse.Namespace) -> None:
    from research.pose import imagenet, initial, released, train  # noqa: PLC0415
    from research.pose.network import PoseNetwork  # noqa: PLC0415

    composer = PoseData(args.work, args.shared).composer()

    def make() -> PoseNetwork:
        network = PoseNetwork()
        if args.start:
            released.load_weights(network, args.start / MODEL, train.first_examples(composer))
        else:
            initial.load_imagenet(network, imagenet.read(args.shared / "models" / "mobilenet_v2_1.0_224_quant.tflite"))
        return network

    recipe = replace(train.CONTINUED if args.start else train.PoseTrainPlan(), processes=args.processes)
    recipe = replace(recipe, steps=args.steps or recipe.steps)
    train.fit_together(make, composer, recipe, args.work)


def _export(args: argparse.Namespace) -> None:
    from research.pose import release  # noqa: PLC0415

    release.release(PoseData(args.work, args.shared), args.out)


def _kept(args: argparse.Namespace) -> None:
    from research.pose.coco_file import write_coco  # noqa: PLC0415

    write_coco(args.out, PoseData(args.work, args.shared).kept_stock())


if __name__ == "__main__":
    sys.exit(main())
