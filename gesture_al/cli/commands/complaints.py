"""Hydra's words about what was typed, in one line that says what there is instead. Nothing here imports Hydra."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Sequence
from dataclasses import fields

from gesture_al.core.settings import Settings, conf_dir

_TYPES = {"Integer": "a whole number", "Float": "a number", "bool": "true or false", "Boolean": "true or false"}


def explain(err: Exception, overrides: Sequence[str] = ()) -> str:
    """One line for a person, of an error that composing the configuration ended with.

    Args:
        err: Hydra's or OmegaConf's.
        overrides: What was typed, to name the one that is meant where the error does not.
    """
    text = str(err)
    if option := re.search(r"Could not find '([^/']+)/([^']+)'", text):
        return no_option(*option.groups())
    if key := re.search(r"Could not (?:override|append to config|delete from config).*?'([^']+)'", text):
        return unknown_key(re.split(r"[=@]", key.group(1))[0].lstrip("+~"))
    if "Ambiguous value" in text:
        return f"{text.splitlines()[0].removeprefix('Ambiguous value for argument ')}: several values make a sweep; add -m"
    if "Config group override must be" in text:
        return f"{_empty_group(overrides)}: a group needs an option; `gesture-al list` shows what there is"
    return _wrong_value(" ".join(text.splitlines()[0].split()), err)


def no_option(group: str, name: str) -> str:
    """That a group has no such option, and which it has."""
    known = options_of(group)
    return f"no {group} {name!r}{_near(name, known)}; there are: {', '.join(known)}" if known else not_a_setting(group)


def unknown_key(key: str, params: Collection[str] = ()) -> str:
    """That there is no such key, and what there is.

    Args:
        key: As typed, e.g. `model.params.hiden`.
        params: What the chosen part of that group takes, where it is known.
    """
    group, _, rest = key.partition(".")
    if not rest or not options_of(group):
        return not_a_setting(key)
    if not rest.startswith("params."):
        return (
            f"{key}: no such key{_near(rest, params, f'{group}.params.')}; parameters are written {group}.params.<name>=<value>"
        )
    name = rest.removeprefix("params.")
    takes = f"it takes {', '.join(params)}" if params else f"`gesture-al list {group}` shows what each takes"
    return f"{key}: the chosen {group} has no parameter {name!r}{_near(name, params)}; {takes}"


def not_a_setting(key: str) -> str:
    """That no setting has this name, and which there are."""
    known = [field.name for field in fields(Settings)]
    return f"no setting {key!r}{_near(key, known)}; there are: {', '.join(known)}"


def options_of(group: str) -> list[str]:
    """The options of a group, sorted; empty where there is no such group."""
    return sorted(path.stem for path in (conf_dir() / group).glob("*.yaml")) if re.fullmatch(r"\w+", group) else []


def _near(word: str, known: Collection[str], prefix: str = "") -> str:
    close = difflib.get_close_matches(word, known, n=1, cutoff=0.7)
    return f" (did you mean {prefix}{close[0]}?)" if close else ""


def _wrong_value(line: str, err: Exception) -> str:
    told = re.match(r"Error merging override (.+?): (.*)", line) or re.match(r"Error merging override (.+)", line)
    if told is None:
        cause = f": {str(err.__cause__).splitlines()[0]}" if err.__cause__ and str(err.__cause__) else ""
        return line + cause
    typed = told.group(1)
    reason = told.group(2) if told.lastindex == 2 else str(err.__cause__ or "not possible").splitlines()[0]
    if kind := re.search(r"could not be converted to (\w+)", reason) or re.search(r"is not a valid (\w+)", reason):
        return f"{typed}: must be {_TYPES.get(kind.group(1), kind.group(1))}"
    if "not Optional" in reason:
        return f"{typed}: may not be null"
    if "Dict[str, Any]" in reason:
        return f"{typed}: is a table; set one of it with {typed.partition('=')[0]}.<name>=<value>"
    return f"{typed}: {reason}"


def _empty_group(overrides: Sequence[str]) -> str:
    return next((o for o in overrides if o.partition("=")[2] in ("null", "") and options_of(o.partition("=")[0])), "a group")
