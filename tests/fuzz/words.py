"""Importers of settings: the YAML of a run, and the words of a command."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import asdict
from functools import cache
from pathlib import Path

import numpy as np
from fuzz.arrays import write
from fuzz.importers import Work, importer, spoil
from fuzz.mutations import (
    mutated_yaml,
    odd_name,
)

from gesture_al.core.settings import DatasetPart, Part, Settings


@cache
def _settings_text() -> str:
    import yaml

    settings = Settings(
        dataset=DatasetPart("facetime_synthetic", {"clips": 32, "subjects": 4}),
        features=Part("geometric", {"frames": 24}),
        augment=Part("standard"),
        model=Part("lstm", {"hidden": 8}),
        trainer=Part("gradient_steps", {"steps": 6, "warmup": 2}),
        strategy=Part("random_share", {"share": 0.1, "inner": {"name": "entropy", "params": {}}}),
        oracle=Part("simulated", {"noise": 0.1}),
        stopping=Part("f1_threshold"),
        tracking=Part("csv"),
        view=Part("default", {"width": 100}),
    )
    return yaml.safe_dump(asdict(settings), sort_keys=False)


def _config(folder: Path) -> Work:
    def read() -> str:
        from gesture_al.runs.report.run_on_disk import read_runs
        from gesture_al.runs.runner import read_settings

        read_runs([folder])
        return _begin(read_settings(folder))

    return read


def _begin(settings: Settings) -> str:
    """All of a run before training, and whatever takes as many threads or as much memory as was asked for."""
    from gesture_al.core.parts import build_part
    from gesture_al.data.datasets.base import DATASETS
    from gesture_al.learning.threads import numeric_threads, torch_threads
    from gesture_al.runs.assembly import assemble, check_net, load_clips

    check_net(settings)
    clips = settings.dataset.params.get("clips")
    if isinstance(clips, int) and 1000 < clips <= 10_000_000:
        # It may be asked for, and takes its time.
        return f"{build_part(DATASETS, 'dataset', settings.dataset)}"
    made = assemble(settings, load_clips(settings.dataset))
    import torch

    with torch_threads(settings.threads), numeric_threads(settings.threads):
        (torch.ones(300, 300) @ torch.ones(300, 300)).sum()
        np.ones((300, 300)) @ np.ones((300, 300))
    return made.shape()


def _good_config(folder: Path) -> Work:
    write(folder / "run" / "config.yaml", _settings_text().encode())
    return _config(folder / "run")


@importer("yaml of a run", _good_config)
def _bad_config(rng: random.Random, folder: Path) -> Work:
    path = spoil(rng, folder / "run" / "config.yaml", lambda: mutated_yaml(rng, _settings_text()))
    if path.name != "config.yaml":
        path.rename(path.with_name("config.yaml"))
    return _config(odd_name(rng, folder / "run") if rng.random() < 0.05 else folder / "run")


@cache
def _keys() -> dict[str, list[str]]:
    """Every option of every group with its parameters, as the YAML files have them."""
    import yaml

    from gesture_al.core.settings import conf_dir

    found: dict[str, list[str]] = {"": list(Settings.__dataclass_fields__)}
    for path in sorted(conf_dir().glob("*/*.yaml")):
        content = yaml.safe_load(path.read_text()) or {}
        found[f"{path.parent.name}={path.stem}"] = list(content.get("params") or {})
    return found


_TYPED = (
    "${oc.env:HOME}",
    "${oc.env:X}",
    "${k}",
    "${seed}",
    "${",
    "${a",
    "${oc.decode:'['}",
    "${oc.create:{a:1}}",
    "${now:%Y}",
    "${hydra:runtime.cwd}",
    "???",
    "[" * 500,
    "{a:" * 500,
    "'",
    '"',
    "[1,2",
    "a,b",
    "1,2",
    "range(1000000000)",
    "choice(1,2)",
    "interval(0,1)",
    "glob(*)",
    "null",
    "true",
    "-1",
    "0",
    "1",
    "1.5",
    "1e6",
    "1e9",
    "1e308",
    "1e999",
    "nan",
    "inf",
    "-inf",
    "100000",
    "1000000000",
    "9" * 30,
    "9" * 5000,
    "é",
    "\udcff",
    "abc",
    "[]",
    "{}",
    "[1]",
    "[a]",
    "{a: 1}",
    "/dev/zero",
    "x" * 300,
    "x" * 5000,
    "../..",
    "~",
    "\\",
    "a=b",
    "'\\'",
    "1:1",
    "0x10",
    "1_000",
    " ",
    "",
    "\x01",
    "\n",
)


def _override(rng: random.Random) -> str:
    option = rng.choice(list(_keys()))
    group, _, _ = option.partition("=")
    key = rng.choice(_keys()[option]) if _keys()[option] else "x"
    value = rng.choice(_TYPED)
    if not group:
        return f"{key}={value}"
    return rng.choice(
        (f"{group}.params.{key}={value}",) * 5
        + (
            f"{group}={value}",
            f"{group}.name={value}",
            f"+{group}.params.{value}=1",
            f"~{group}",
            value,
            f"{value}={value}",
            f"hydra.{key}={value}",
            f"+{key}={value}",
            f"{group}@x={value}",
        )
    )


def _words(words: list[str]) -> Work:
    def typed() -> str:
        from gesture_al.cli.composition import compose_settings
        from gesture_al.cli.main import parse

        args, _ = parse(words)
        return _begin(compose_settings(args.overrides))

    return typed


_USUAL = ["dataset.params.clips=32", "dataset.params.subjects=4", "features.params.frames=8", "stopping=budget", "tracking=csv"]


def _command(words: list[str]) -> Work:
    """A command that reads folders and options and does no long work."""

    def typed() -> str:
        from gesture_al.cli.main import main

        code = main(words)
        if code == 1:
            raise OSError("exit 1")
        raise SystemExit(code)

    return typed


def _live(words: list[str]) -> Work:
    def typed() -> str:
        from gesture_al.cli.live import LIVE_KEYS, load, table

        recogniser, _ = load(table(words, LIVE_KEYS))
        return str(recogniser.point)

    return typed


def _extract(words: Mapping[str, str]) -> Work:
    def typed() -> str:
        from gesture_al.capture.extraction.clip_cutter import ClipRules
        from gesture_al.capture.extraction.sources import Pattern

        rules = ClipRules(float(words["at_least"]), words["cut"], float(words["window"]))  # type: ignore[arg-type]
        return f"{rules} {Pattern(words['pattern']).read('a/b_c')}"

    return typed


@importer("command words", lambda folder: _words(["run", *_USUAL]))
def _bad_words(rng: random.Random, folder: Path) -> Work:
    word = rng.choice(_TYPED)
    chance = rng.random()
    if chance < 0.1:
        key = rng.choice(
            ("model", "runtime", "window", "hop", "frames", "threshold", "thresholds", "agree", "of", "refractory", "smoothing")
        )
        return _live([f"{key}={word}", word] if rng.random() < 0.2 else [f"{key}={word}"])
    if chance < 0.15:
        floats = ("nan", "inf", "-1", "0", "1e308", "1", "0.5")
        return _extract(
            {
                "at_least": rng.choice(floats),
                "cut": rng.choice(("motion", "windows", word)),
                "window": rng.choice(floats),
                "pattern": rng.choice((word, "{class}/{subject}_{n}", "{class}" + word, "*" * 30 + "{class}", "(" * 50 + "{n}")),
            }
        )
    if chance < 0.3:
        word = word.replace("\x00", "") or "x"
        return _command(
            rng.choice(
                (
                    ["list", word],
                    ["report", word],
                    ["resume", word],
                    ["export", word],
                    ["export", f"run={word}"],
                    ["labels", word, "--to", "x.csv"],
                    ["labels", ".", "--from", word],
                    ["show", word, "--out", "x.gif"],
                    [word],
                    ["run", f"--{word}"],
                    ["live", "score", f"hours={word}"],
                    ["extract", word],
                    ["extract", ".", "--csv", word],
                    ["extract", ".", f"--fps={word}"],
                    ["extract", ".", "--processes", word],
                    ["extract", ".", "--pattern", word],
                    ["run", "--help"],
                    ["models", word],
                    ["benchmark", "--show-config", f"benchmark.params.seeds={word}"],
                    ["run", "--print", f"k={word}"],
                )
            )
        )
    overrides = [_override(rng) for _ in range(rng.choice((1, 1, 2)))]
    choices = {override.split(".params.")[0] for override in overrides if ".params." in override}
    options = [option for option in _keys() if option.partition("=")[0] in choices and rng.random() < 0.3][:2]
    return _words(["run", *_USUAL[: rng.choice((2, 5))], *options, *overrides])
