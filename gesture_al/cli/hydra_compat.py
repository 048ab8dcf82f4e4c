"""What Hydra keeps private or says only in its messages: the names and words that another version of it may change."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Literal

from hydra._internal.callbacks import Callbacks
from hydra._internal.config_loader_impl import ConfigLoaderImpl
from hydra._internal.core_plugins.basic_sweeper import BasicSweeper
from hydra.core.global_hydra import GlobalHydra
from hydra.core.override_parser.types import Override
from hydra.core.plugins import Plugins
from hydra.core.utils import JobReturn, JobStatus
from hydra.plugins.launcher import Launcher
from hydra.types import HydraContext
from omegaconf import DictConfig


def split_into_jobs(overrides: list[Override]) -> list[list[str]]:
    """Every combination of the sweep overrides, in the order in which Hydra numbers its jobs."""
    return [list(job) for job in BasicSweeper.split_arguments(overrides, max_batch_size=None)[0]]


def set_values(config: DictConfig, overrides: list[Override]) -> None:
    """Set values of a composed configuration as Hydra would while composing it."""
    ConfigLoaderImpl._apply_overrides_to_config(overrides, config)


def is_group(key: str) -> bool:
    """Whether there is a config group of this name; Hydra must be initialised."""
    return bool(GlobalHydra.instance().config_loader().repository.group_exists(key))


def build_launcher(config: DictConfig, task: Any) -> Launcher:
    """The launcher that `hydra.launcher` of the configuration describes; Hydra must be initialised.

    Args:
        config: Composed with Hydra's own part.
        task: Called with the configuration of each job.
    """
    context = HydraContext(GlobalHydra.instance().config_loader(), Callbacks(config))
    return Plugins.instance().instantiate_launcher(context, task, config)


def job_result(job: JobReturn) -> Any:
    """What a job returned, or the exception that it ended with."""
    return job.return_value if job.status is JobStatus.COMPLETED else job._return_value


@dataclass(frozen=True)
class Fault:
    """What a message of Hydra or OmegaConf says.

    Args:
        kind: `option`: a group has no such option; `key`: no such key; `sweep`: several values outside a sweep; `group`: a group
            without an option; `type`, `null` and `table`: a value of the wrong type; `value`: refused for another reason;
            `other`: anything else.
        subject: The group, the key, or the override as typed; empty for `group` and `other`.
        detail: The option, the type, or the reason.
    """

    kind: Literal["option", "key", "sweep", "group", "type", "null", "table", "value", "other"]
    subject: str = ""
    detail: str = ""


def read_message(err: Exception) -> Fault:
    """The fault that an error from composing a configuration tells of."""
    text = str(err)
    if option := re.search(r"Could not find '([^/']+)/([^']+)'", text):
        return Fault("option", *option.groups())
    if key := re.search(r"Could not (?:override|append to config|delete from config).*?'([^']+)'", text):
        return Fault("key", re.split(r"[=@]", key.group(1))[0].lstrip("+~"))
    if "Ambiguous value" in text:
        return Fault("sweep", text.splitlines()[0].removeprefix("Ambiguous value for argument "))
    if variable := re.search(r"Environment variable '([^']+)' not found", text):
        return Fault("value", f"${{oc.env:{variable[1]}}}", "no such environment variable; set it, or write the value itself")
    if setting := re.search(r"Interpolation key '([^']+)' not found", text):
        where = str(getattr(err, "full_key", None) or "a setting")
        remedy = f"an environment variable is ${{oc.env:{setting[1]}}}, a dollar sign itself is \\$"
        return Fault("value", where, f"${{{setting[1]}}} names no setting; {remedy}")
    if "Config group override must be" in text:
        return Fault("group")
    line, cause = " ".join(text.splitlines()[0].split()), _first_line(err.__cause__)
    merging = re.match(r"Error merging override (.+?): (.*)", line) or re.match(r"Error merging override (.+)", line)
    if merging is None:
        return Fault("other", detail=f"{line}: {cause}" if cause else line)
    return _refused_value(merging[1], merging[2] if merging.lastindex == 2 else cause or "not possible")


def _refused_value(typed: str, reason: str) -> Fault:
    if kind := re.search(r"could not be converted to (\w+)", reason) or re.search(r"is not a valid (\w+)", reason):
        return Fault("type", typed, kind[1])
    if "not Optional" in reason:
        return Fault("null", typed)
    if "Dict[str, Any]" in reason:
        return Fault("table", typed)
    return Fault("value", typed, reason)


def _first_line(err: BaseException | None) -> str:
    return str(err).splitlines()[0] if err is not None and str(err) else ""
