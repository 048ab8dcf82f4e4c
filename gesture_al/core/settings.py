"""The settings of a run as plain dataclasses, and where the YAML files are. Nothing here knows Hydra."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Annotated, Any, Literal, Optional

from annotated_types import Ge, Le, Predicate, doc

from gesture_al.core.errors import UserError
from gesture_al.core.old_names import first_names
from gesture_al.core.parameters import Count, CountOrZero, Share, ShareInside, check_values

Start = Literal["stratified", "oracle", "existing", "strategy"]
RunName = Annotated[
    str,
    Predicate(lambda name: bool(name.strip(". ")) and not {"/", "\\"} & set(name)),
    doc("a word for the run's folder, without / and \\"),
]
Threads = Annotated[int, Ge(1), Le(256)]
Views = Annotated[int, Ge(0), Le(256)]
FolderName = Annotated[str, Predicate(lambda name: bool(name.strip())), doc("the name of a folder")]
_OF_A_DATASET = {
    "split_by": str,
    "test_subjects": list[str] | None,
    "long_tail": float | None,
    "left_right_alike": bool,
    "of_no_interest": list[str] | None,
}
# What does not change a run's result stays out of its key.
_NOT_IN_KEY = ("output_dir", "tracking", "view", "landmarks", "benchmark", "name", "inputs", "classes")
# Keys are made as version 0.1.0 made them, so that its runs are still found. A setting that came later counts where it is not at
# its default.
_KEY_FORM = "0.1.0"
_FIRST_SETTINGS = frozenset(
    {
        *("dataset", "features", "augment", "model", "trainer", "strategy", "oracle", "stopping", "k", "threshold", "budget"),
        *("max_rounds", "initial_per_class", "start", "start_cap", "test_fraction", "validation_fraction", "validation_clips"),
        *("full_data", "rank_by_first_model", "seed", "threads"),
    }
)
_LATER_PARAMETERS = {
    ("features", "geometric", "bones"): True,
    ("oracle", "simulated", "unlabelled"): "left_out",
    ("trainer", "gradient_steps", "accelerator"): "cpu",
    ("trainer", "gradient_steps", "precision"): "32-true",
}
_FIRST_OF_DATASET = frozenset({"name", "params", "split_by", "test_subjects"})


@dataclass
class Part:
    """A part of the run by its registered name, and what the user set of its parameters."""

    name: str = "?"
    params: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if (
            not isinstance(self.name, str)
            or not isinstance(self.params, dict)
            or not all(isinstance(key, str) for key in self.params)
        ):
            raise TypeError(f"{str(self.name)[:40]!r} with {str(self.params)[:40]!r} is no part, which has a name and params")


@dataclass
class DatasetPart(Part):
    """A data set, and what is done to it before a run.

    Args:
        split_by: How the test is separated where there is no official split.
        test_subjects: These people are the test.
        long_tail: Training clips are left out until classes fall off exponentially, the most frequent one this many times as
            frequent as the rarest; null: all stay.
        left_right_alike: Whether the mirror image of every clip shows the same gesture, so that training may mirror clips.
        of_no_interest: Clips of these classes stay without a label, as clips that nobody cares for; null: of none.
    """

    split_by: str = "auto"
    test_subjects: Optional[list[str]] = None  # noqa: UP045 - OmegaConf reads this spelling
    long_tail: Optional[float] = None  # noqa: UP045
    left_right_alike: bool = False
    of_no_interest: Optional[list[str]] = None  # noqa: UP045


def _no_pretraining() -> Part:
    return Part("none")


def _setting(default: Any, allowed: Any) -> Any:
    """A field of the settings with what it allows beyond its type: OmegaConf does not read `Annotated` and `Literal`."""
    return field(default=default, metadata={"allowed": allowed})


def _one_net() -> Part:
    """The committee of runs from before there were others."""
    return Part("dropout")


@dataclass
class Settings:
    """Everything that a run can be told; the meaning of each key stands in conf/config.yaml."""

    dataset: DatasetPart = field(default_factory=DatasetPart)
    features: Part = field(default_factory=Part)
    augment: Part = field(default_factory=Part)
    model: Part = field(default_factory=Part)
    pretraining: Part = field(default_factory=_no_pretraining)
    trainer: Part = field(default_factory=Part)
    committee: Part = field(default_factory=_one_net)
    strategy: Part = field(default_factory=Part)
    oracle: Part = field(default_factory=Part)
    stopping: Part = field(default_factory=Part)
    tracking: Part = field(default_factory=Part)
    view: Part = field(default_factory=Part)
    landmarks: Part = field(default_factory=Part)
    benchmark: Part = field(default_factory=Part)
    name: Optional[str] = _setting(None, RunName | None)  # noqa: UP045 - OmegaConf reads this spelling
    inputs: Optional[int] = _setting(None, Count | None)  # noqa: UP045
    classes: Optional[int] = _setting(None, Count | None)  # noqa: UP045
    k: int = _setting(10, Count)
    threshold: float = _setting(0.9, Share)
    budget: Optional[int] = _setting(None, Count | None)  # noqa: UP045
    max_rounds: Optional[int] = _setting(None, Count | None)  # noqa: UP045
    initial_per_class: int = _setting(2, Count)
    start: str = _setting("stratified", Start)
    start_strategy: Optional[str] = _setting(None, str | None)  # noqa: UP045
    start_cap: int = _setting(100, Count)
    test_fraction: float = _setting(0.3, ShareInside)
    validation_fraction: float = _setting(0.2, ShareInside)
    validation_clips: int = _setting(100, Count)
    prediction_views: int = _setting(0, Views)
    temperature_scaling: bool = False
    full_data: bool = False
    rank_by_first_model: bool = False
    seed: int = _setting(0, CountOrZero)
    threads: int = _setting(1, Threads)
    output_dir: str = _setting("runs", FolderName)

    def __post_init__(self) -> None:
        for entry in fields(self):
            value = getattr(self, entry.name)
            if (entry.name == "dataset" and not isinstance(value, DatasetPart)) or (
                entry.default_factory in (Part, _no_pretraining, _one_net) and not isinstance(value, Part)
            ):
                raise TypeError(f"{entry.name}={str(value)[:40]} is no part, which has a name and params")


def check_settings(settings: Settings) -> None:
    """Refuse values that no run can have.

    Raises:
        UserError: One line that names the key, the value and what is allowed.
    """
    allowed = {entry.name: entry.metadata["allowed"] for entry in fields(settings) if "allowed" in entry.metadata}
    check_values({name: getattr(settings, name) for name in allowed}, allowed)
    check_dataset(settings.dataset)
    if settings.dataset.test_subjects is not None and settings.dataset.split_by not in ("auto", "official"):
        raise UserError(
            f"dataset.test_subjects with dataset.split_by={settings.dataset.split_by}: these people are the test already; "
            "set dataset.split_by=auto"
        )


def check_dataset(part: DatasetPart) -> None:
    """Refuse what no data set can be told, beyond the parameters of its reader.

    Raises:
        UserError: One line that names the key, the value and what is allowed.
    """
    check_values({name: getattr(part, name) for name in _OF_A_DATASET}, _OF_A_DATASET, "dataset.")


def run_key(settings: Settings, data_fingerprint: str) -> str:
    """What makes two runs the same but for their code: settings without output, tracking and view, and the data's content.

    Returns:
        sha256 in hex.
    """
    values = asdict(settings)
    _leave_out_later(values, settings, _FIRST_SETTINGS)
    _leave_out_later(values["dataset"], settings.dataset, _FIRST_OF_DATASET)
    _leave_out_later_parameters(values)
    # In how many processes the members of a committee are trained changes no bit of them.
    values.get("committee", {}).get("params", {}).pop("processes", None)
    counted = {key: value for key, value in first_names(values).items() if key not in _NOT_IN_KEY}
    # Where the data lie does not matter: their content is in the fingerprint.
    counted["dataset"]["params"] = {}
    text = json.dumps([counted, data_fingerprint, _KEY_FORM], sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def _leave_out_later_parameters(values: dict[str, Any]) -> None:
    """Take parameters that version 0.1.0 did not have out of a run's parts, where they are at what was then the only way."""
    for (group, name, parameter), only_way in _LATER_PARAMETERS.items():
        part = values[group]
        if part["name"] == name and part["params"].get(parameter) == only_way:
            del part["params"][parameter]


def _leave_out_later(values: dict[str, Any], settings: Settings | DatasetPart, first: Collection[str]) -> None:
    """Take settings that version 0.1.0 did not have out of their values, where they are at their default."""
    default = type(settings)()
    for one in fields(settings):
        if one.name not in first and getattr(settings, one.name) == getattr(default, one.name):
            del values[one.name]


_PACKAGE = Path(__file__).resolve().parents[1]


def conf_dir(package: Path = _PACKAGE) -> Path:
    """The folder of YAML files: inside the package in an installed wheel, beside it in a checkout."""
    inside = package / "conf"
    return inside if inside.is_dir() else package.parent / "conf"


def load_conf(path: Path) -> dict[str, Any]:
    """What a YAML file that ships holds, by the fast loader; for files from outside there is `guarded_files.parse_yaml`."""
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    content: dict[str, Any] = yaml.load(path.read_text(encoding="utf-8"), Loader=loader) or {}
    return content


def models_dir() -> Path:
    """The folder of the recognisers that ship, found in the same way."""
    package = Path(__file__).resolve().parents[1]
    inside = package / "recognisers"
    return inside if inside.is_dir() else package.parent / "models"
