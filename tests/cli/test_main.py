from __future__ import annotations

import os
import resource
import subprocess
import sys

import pytest

from gesture_al import __version__
from gesture_al.cli.main import main

HEAVY = (
    "torch",
    "hydra",
    "omegaconf",
    "sklearn",
    "scipy",
    "matplotlib",
    "pytorch_lightning",
    "cv2",
    "numpy",
    "starlette",
    "uvicorn",
)


@pytest.mark.parametrize(
    "typed", [["--help"], ["run", "--help"], ["label", "--help"], ["list"], ["list", "model", "--json"], ["resume", "--help"]]
)
def test_looking_around_loads_nothing_heavy_and_is_quick(typed):
    script = (
        "import sys, resource\nfrom gesture_al.cli.main import main\n"
        f"try: main({typed!r})\nexcept SystemExit: pass\n"
        f"print('loaded:', *(m for m in {HEAVY!r} if m in sys.modules))"
    )
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert done.stdout.splitlines()[-1] == "loaded:"
    assert done.stderr == ""
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < 0.5


def test_the_version(capsys):
    with pytest.raises(SystemExit) as end:
        main(["--version"])
    assert end.value.code == 0
    assert capsys.readouterr().out == f"gesture-al {__version__}\n"


def test_without_a_command_the_help_goes_to_stderr(capsys):
    assert main([]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert "gesture-al run experiment=quickstart" in told.err


@pytest.mark.parametrize(
    "command",
    [
        "run",
        "label",
        "benchmark",
        "resume",
        "report",
        "list",
        "show",
        "models",
        "record",
        "extract",
        "labels",
        "export",
        "live",
        "forget",
    ],
)
def test_the_help_of_every_command_has_an_example_of_it(command, capsys):
    with pytest.raises(SystemExit) as end:
        main([command, "--help"])
    assert end.value.code == 0
    assert f"\n  gesture-al {command}" in capsys.readouterr().out


def test_the_help_of_run_says_where_the_keys_are_listed(capsys):
    with pytest.raises(SystemExit):
        main(["run", "--help"])
    told = capsys.readouterr().out
    for place in ("gesture-al list)", "gesture-al list model)", "gesture-al list settings)", "gesture-al list experiment)"):
        assert place in told


def test_settings_may_stand_on_both_sides_of_an_option(capsys):
    assert main(["run", "k=7", "--show-config", "seed=3"]) == 0
    told = capsys.readouterr().out
    assert "\nk: 7\n" in told
    assert "\nseed: 3\n" in told


def test_nobody_reads_on():
    """`gesture-al list | head -1` is no error and complains of nothing."""
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run([sys.executable, "-m", "gesture_al", "list"], stdout=write, stderr=subprocess.PIPE, text=True)
    os.close(write)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_message_is_one_line_whatever_it_was(capsys, monkeypatch):
    from gesture_al.cli import listing
    from gesture_al.core.errors import UserError

    def complain(*_, **__):
        raise UserError("first\nsecond")

    monkeypatch.setattr(listing, "print_parts", complain)
    assert main(["list"]) == 2
    assert capsys.readouterr().err == "gesture-al: first second\n"
