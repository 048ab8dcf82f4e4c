"""What the documents tell people to type composes, and what they point at is there."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from gesture_al.cli import main
from gesture_al.commands.benchmarking import benchmark_points
from gesture_al.commands.composition import compose_settings, sweep_points
from gesture_al.config import conf_dir

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
        assert len(sweep_points(settings)) > 1
    elif command == "benchmark":
        # A launcher that a document names need not be installed.
        assert len(benchmark_points([word for word in settings if not word.startswith("hydra")])[1]) > 1
    elif command in ("run", "show"):
        compose_settings(settings)
    elif command == "label":
        compose_settings(settings)
        for word in words:
            assert "=" in word or word.startswith("--") or (conf_dir() / "dataset" / f"{word}.yaml").exists()
        # A wrong option would end it here, with code 2.
        with pytest.raises(SystemExit) as end:
            main([command, *words, "--help"])
        assert end.value.code == 0
    else:
        assert command in ("resume", "report")


def test_there_are_commands_to_test():
    assert len(commands()) >= 8


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page):
    for target in re.findall(r"\]\((?!https?://)([^)#]+)", page.read_text()):
        assert (page.parent / target).exists(), f"{page.name} points at {target}"
