"""What the documents tell people to type composes, and what they point at is there."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from gesture_al.cli.benchmark import plan_benchmark
from gesture_al.cli.composition import compose_settings, sweep_points
from gesture_al.cli.hydra_launcher import check_launcher, launcher_config
from gesture_al.cli.live import LIVE_KEYS, TUNING_KEYS, table
from gesture_al.cli.main import main, parse
from gesture_al.core.errors import UserError
from gesture_al.runs.benchmark.power import check_power

ROOT = Path(__file__).resolve().parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("*/README.md"), *ROOT.glob("experiments/*/README.md")])


def commands() -> list[tuple[str, str]]:
    found = []
    for page in PAGES:
        for block in re.findall(r"```\w*\n(.*?)```", page.read_text(), flags=re.DOTALL):
            for line in block.replace("\\\n", " ").splitlines():
                typed = line.partition("#")[0].strip()
                # Words in angle brackets and dots stand for what a reader fills in.
                if typed.startswith(("gesture-al ", ".venv/bin/gesture-al ")) and "<" not in typed and "..." not in typed:
                    found.append((page.name, typed))
    return found


@pytest.mark.parametrize(("page", "typed"), commands())
def test_a_command_in_the_documents_can_be_typed(page, typed, capsys):
    _, command, *words = shlex.split(typed)
    settings = [word for word in words if "=" in word and not word.startswith("-")]
    if command == "list":
        assert main([command, *words]) == 0
    elif command == "run" and "-m" in words:
        assert len(sweep_points(launchable(settings))) > 1
    elif command == "benchmark":
        plan = plan_benchmark(launchable(settings))
        assert len(plan.points) > 1
        if "--underpowered" not in words:
            check_power(plan.declared, plan.comparisons)
    elif command in ("run", "show", "label"):
        compose_settings(settings)
    elif command == "live":
        tuning = words[:1] in (["tune"], ["score"])
        known = TUNING_KEYS if tuning else LIVE_KEYS
        table([word for word in settings if not word.startswith("dataset")], known)
        compose_settings([word for word in settings if word.startswith("dataset")])
    # What its options and arguments are is the command's own business; that they are such, everybody's.
    parse([command, *words])


def launchable(settings: list[str]) -> list[str]:
    """The settings; the launcher and its options are composed too, or left out where it is not installed."""
    try:
        check_launcher(settings)
    except UserError:
        return [word for word in settings if not word.lstrip("+").startswith("hydra")]
    launcher_config(settings)
    return settings


def launched_by(name: str) -> int:
    """How many commands in the documents use this launcher; every one is composed with its options."""
    found = [shlex.split(typed) for _, typed in commands() if f"hydra/launcher={name}" in typed]
    for words in found:
        settings = [word for word in words if "=" in word]
        assert launchable(settings) == settings, f"{name} is not installed"
    return len(found)


def test_an_option_that_a_launcher_does_not_have_would_be_noticed():
    with pytest.raises(UserError, match="n_job"):
        launchable(["hydra/launcher=joblib", "hydra.launcher.n_job=2"])


def test_there_are_commands_to_test():
    assert len(commands()) >= 8


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page):
    for target in re.findall(r"\]\((?!https?://)([^)#]+)", page.read_text()):
        assert (page.parent / target).exists(), f"{page.name} points at {target}"
