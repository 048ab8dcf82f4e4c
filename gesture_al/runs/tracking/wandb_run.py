"""Weights & Biases: one run per job, one group per sweep, offline where there is no account."""

from __future__ import annotations

import contextlib
import hashlib
import json
import netrc
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from typing_extensions import override

from gesture_al.active.records.arrays import asked_before
from gesture_al.active.records.journal import Asked
from gesture_al.active.records.round_row import RoundRow
from gesture_al.core.atomic_io import write_json
from gesture_al.runs.tracking.base import TRACKERS, ExperimentLogger, round_pictures, scores


@TRACKERS.register("wandb")
class WandbRun(ExperimentLogger):
    """A run in `<run folder>/wandb`; `wandb sync <folder>/wandb/offline-run-*` uploads what was written offline.

    A resumed run goes on under the same id and leaves out the rounds that were logged before.

    Args:
        folder: The run's folder.
        name: Of the run.
        group: The sweep; None for a single run.
        project: Of W&B.
        mode: `online`, `offline`, `disabled`, or `auto`: online where an account is set up, else offline.
        images: Also log pictures.
        asked_clips: Clips per round in the picture of the asked ones.
    """

    def __init__(
        self,
        folder: Path,
        name: str,
        group: str | None = None,
        project: str = "gesture_al",
        mode: Literal["auto", "online", "offline", "disabled"] = "auto",
        images: bool = True,
        asked_clips: int = 8,
    ) -> None:
        self._folder, self._name, self._group, self._project = folder, name, group, project
        self._mode, self._images, self._asked_clips = mode, images, asked_clips
        self._logged = folder / "wandb" / "logged.json"
        self._dataset: Mapping[str, Any] = {}
        self._run: Any = None
        self._rounds = self._steps = 0
        self._steps_now = 0

    @override
    def start(self, config: Mapping[str, Any], dataset: Mapping[str, Any]) -> None:
        import wandb

        self._dataset = dataset
        # The folder is one run's alone, so its path makes an id that a resumed run finds again.
        state: dict[str, Any] = {
            "id": hashlib.sha256(str(self._folder.resolve()).encode()).hexdigest()[:16],
            "rounds": 0,
            "steps": 0,
        }
        if self._logged.exists():
            state = json.loads(self._logged.read_text())
        self._id, self._rounds, self._steps = state["id"], int(state["rounds"]), int(state["steps"])
        data = {key: dataset.get(key) for key in ("name", "synthetic")} | {"classes": list(dataset.get("classes", ()))}
        self._run = wandb.init(
            project=self._project,
            name=self._name,
            group=self._group,
            id=self._id,
            dir=str(self._folder),
            mode=wandb_mode(self._mode),
            config={**config, "data": data},
            resume="allow" if self._rounds else None,
            # Several jobs of one process are several runs.
            reinit="create_new",
            settings=wandb.Settings(silent=True, console="off", disable_git=True, save_code=False, x_disable_meta=True),
        )
        self._run.define_metric("round")
        self._run.define_metric("step")
        self._run.define_metric("*", step_metric="round")
        self._run.define_metric("loss", step_metric="step")

    @override
    def step(self, round: int, step: int, loss: float) -> None:
        if self._run is not None and self._steps_now + step > self._steps:
            self._run.log({"loss": loss, "step": self._steps_now + step})

    @override
    def round(self, row: RoundRow, asked: Asked | None) -> None:
        number = row.round
        self._steps_now += row.fit_steps
        if self._run is None or number < self._rounds:
            return
        values: dict[str, Any] = {"round": number, **scores(row)}
        if self._images:
            import wandb

            asked = asked or asked_before(self._folder, number)
            pictures = round_pictures(row, asked, self._dataset, self._asked_clips, ("test",))
            values |= {name: wandb.Image(picture) for name, picture in pictures.items()}
        self._run.log(values)
        self._rounds, self._steps = number + 1, self._steps_now
        write_json(self._logged, {"id": self._id, "rounds": self._rounds, "steps": self._steps})

    @override
    def close(self, state: str) -> None:
        # W&B would go on with it in the next job otherwise.
        run, self._run = self._run, None
        if run is not None:
            run.summary["state"] = state
            run.finish(exit_code=0 if state in ("done", "paused") else 1)


def wandb_mode(mode: str) -> Literal["online", "offline", "disabled"]:
    """The mode of W&B that `auto` stands for: WANDB_MODE where it is set, online with an API key or a login, else offline."""
    if mode == "auto":
        mode = os.environ.get("WANDB_MODE", "online" if os.environ.get("WANDB_API_KEY") or _logged_in() else "offline")
    return "online" if mode == "online" else "disabled" if mode == "disabled" else "offline"


def _logged_in() -> bool:
    """Whether `wandb login` has left a key."""
    with contextlib.suppress(OSError, netrc.NetrcParseError):
        path = Path(os.environ.get("NETRC", "~/.netrc")).expanduser()
        return netrc.netrc(path).authenticators("api.wandb.ai") is not None
    return False
