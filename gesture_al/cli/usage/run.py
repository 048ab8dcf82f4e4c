"""`gesture-al run`: one run, or a sweep."""

from __future__ import annotations

import argparse

from gesture_al.cli.usage.base import DONE, FAILED, Commands, command

_EPILOG = """\
keys:
  a part of the run      dataset=natops  model=bilstm  strategy=margin      (gesture-al list)
  one of its parameters  model.params.hidden=128  trainer.params.lr=0.001   (gesture-al list model)
  a setting of the run   k=20  threshold=0.95  budget=200  seed=3           (gesture-al list settings)
  a study                experiment=strategies                              (gesture-al list experiment)

examples:
  gesture-al run dataset=keypoint_folder dataset.params.path=MP_Data k=5
  gesture-al run dataset=archive dataset.params.path=clips.npz 'dataset.params.classes=[wave, point]'
  gesture-al run -m strategy=random,entropy,margin 'seed=range(5)' hydra/launcher=joblib
  gesture-al run experiment=reference --show-config

The last line on stdout is `run: <folder>` (with -m `sweep: <folder>`); progress goes to stderr.
"""


def add(commands: Commands) -> None:
    """What may be typed behind `gesture-al run`."""
    parser = command(commands, "run", "one run, or with -m a sweep of every key=a,b", _EPILOG)
    parser.add_argument("-m", "--multirun", action="store_true", help="run every combination of the comma-separated values")
    parser.add_argument("--show-config", action="store_true", help="print the settings that would be used, and stop")
    parser.add_argument("overrides", nargs="*", metavar="key=value", help="settings; without any a run with the defaults")
    parser.set_defaults(call=call)


def call(args: argparse.Namespace) -> int:
    """Do what was typed."""
    if args.show_config:
        from gesture_al.cli.commands.listing import show_config

        show_config(args.overrides, args.multirun)
        return DONE
    from gesture_al.cli.commands.launch import start_run, start_sweep

    if args.multirun:
        folder, complete = start_sweep(args.overrides)
        print(f"sweep: {folder}")
        return DONE if complete else FAILED
    print(f"run: {start_run(args.overrides)}")
    return DONE
