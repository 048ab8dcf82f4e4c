"""The model card: what a recogniser is, what it cost, how good it is and on what, for the person who finds its folder."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

import numpy as np

from gesture_al import __version__
from gesture_al.core.messages import in_shell
from gesture_al.deploy.export.check import LIMIT, Checked
from gesture_al.deploy.export.folder import Description
from gesture_al.learning.metrics import per_class_f1
from gesture_al.runs.report.run_on_disk import Run
from gesture_al.runs.report.words import choice, clips_in, cost, score_words

_WIDTH = 110
_SYNTHETIC = (
    "**Trained on synthetic data only.** Its clips were generated, nobody was filmed. The scores below say how it does on more "
    "of the same, not how it does on you. Record and label some clips of your own before you rely on it."
)
_USE = """\
```
{command}
```

From Python, without torch:

```python
from gesture_al.deploy.export import ExportedModel

model = ExportedModel.load("{folder}")
probs = model.probs(positions, seconds, aspect)  # (frames, {joints}, 3), (frames,), width / height of the picture
```
"""


def card(run: Run, description: Description, checked: Checked, missing: str, folder: str) -> str:
    """The card as Markdown, with lines short enough to be read as text.

    Args:
        run: Where the recogniser comes from.
        description: What it is.
        checked: How far its files were compared with the trained net.
        missing: What could not be checked; empty where all could.
        folder: Where it is to lie, for the commands.
    """
    name = str(description.trained_on.get("name"))
    parts = [f"# Gesture recogniser: {', '.join(description.classes)}"]
    parts += [_SYNTHETIC] if description.trained_on.get("synthetic") else []
    use = _USE.format(folder=folder, command=in_shell("live", f"model={folder}", "source=0"), joints=len(description.skeleton))
    parts += ["## Use", use, _reads(description)]
    parts += ["## Data", *_data(run, description, name), "## Scores", *_scores(run)]
    parts += ["## Files", _files(checked, missing), "## Made with", _versions(run, description)]
    return "\n\n".join(_folded(part.strip()) for part in parts) + "\n"


def _reads(description: Description) -> str:
    frames = description.features.params.get("frames")
    what = f"It reads {len(description.skeleton)} joints ({description.skeleton.name}), {description.coordinates} numbers each"
    how = f", brought to {frames} frames" if frames else ", at the frames that a clip has"
    seconds = description.clip_seconds
    lasts = (
        f" Its training clips last {seconds['median']:.1f} s, 80% of them {seconds['low']:.1f} to {seconds['high']:.1f} s."
        if seconds
        else " How long its training clips last is not known."
    )
    return what + how + "." + lasts


def _data(run: Run, description: Description, name: str) -> list[str]:
    source = str(description.trained_on.get("source") or "not recorded; ask whoever recorded the clips before you pass this on")
    pool = run.dataset.get("splits", {})
    sizes = ", ".join(f"{sum(counts.values())} {split}" for split, counts in pool.items())
    rules = {
        "subject": "the test shows people that training did not",
        "group": "the test shows recordings that training did not",
        "official": "the split that the data set comes with",
    }
    rule = rules.get(str(run.dataset.get("split_by")), "")
    lines = [
        f"- Data set: {name}, {run.dataset.get('clips', '?')} clips ({sizes}){'; ' + rule if rule else ''}",
        f"- Source and licence: {source}",
    ]
    best = run.best
    if best is not None:
        lines.append(f"- Labels spent up to this model: {cost(best)}; strategy: `{run.part('strategy')}`")
        counts = best.class_counts
        if counts:
            labels = ", ".join(f"{label} {count}" for label, count in zip(description.classes, counts, strict=True))
            lines.append(f"- Training labels by class: {labels}")
    return ["\n".join(lines)]


def _scores(run: Run) -> list[str]:
    best = run.best
    if best is None:
        return ["No round of the run was measured."]
    score = score_words(run, best)
    chosen = choice(run).replace("checkpoints/best.ckpt", "this")
    parts = [f"{text[0].upper()}{text[1:]}" for text in (f"{score}.", chosen)]
    views = run.config.get("prediction_views")
    if views:
        parts.append(f"The run averaged over {views} changed copies of each clip; this recogniser looks at a clip once.")
    if run.full_data and run.full_data.get("test_macro_f1") is not None and run.split == "test":
        full = run.full_data
        parts.append(f"The same model trained on all {full['labels']} labels of the pool: {full['test_macro_f1']:.3f}.")
    confusion = getattr(best, f"{run.split}_confusion")
    return [*parts, _by_class(run.classes, confusion)] if confusion and clips_in(confusion) else parts


def _by_class(classes: Sequence[str], confusion: Sequence[Sequence[int]]) -> str:
    counts = np.asarray(confusion, dtype=np.int64)
    width = max(len("class"), *(len(_cell(name)) for name in classes))
    lines = [
        f"| {'class':<{width}} | clips | found | right when said | F1    | most often taken for |",
        f"| {'-' * width} | ----: | ----: | --------------: | ----: | -------------------- |",
    ]
    for row, (name, f1) in enumerate(zip(classes, per_class_f1(counts), strict=True)):
        clips, predicted, right = counts[row].sum(), counts[:, row].sum(), counts[row, row]
        wrong = counts[row].copy()
        wrong[row] = 0
        other = f"{_cell(classes[int(wrong.argmax())])} ({wrong.max()})" if wrong.any() else "-"
        recall, precision = (f"{right / n:.0%}" if n else "-" for n in (clips, predicted))
        score = f"{f1:.3f}" if clips else "-"
        lines.append(f"| {_cell(name):<{width}} | {clips:>5} | {recall:>5} | {precision:>15} | {score:>5} | {other:<20} |")
    return "\n".join(lines)


def _files(checked: Checked, missing: str) -> str:
    on = f"{checked.clips} clips of its data set" if checked.clips else "random numbers in place of clips"
    onnx = f"recogniser.onnx {checked.onnx:.1e}" if checked.onnx is not None else "there is no recogniser.onnx"
    lines = [
        "- `weights.safetensors` and `recogniser.onnx`: the net, for torch and for ONNX Runtime; neither holds code",
        "- `recogniser.json`: classes, joints, preprocessing; `operating_point.json`: when `gesture-al live` fires",
        "- `checksums.sha256`: what the files must hold (`sha256sum -c`)",
        "",
        f"Largest difference of a probability from the trained net's, on {on}: weights.safetensors {checked.weights:.1e}, "
        f"{onnx} (more than {LIMIT:g} is refused).",
    ]
    if missing:
        lines += ["", f"**Not checked:** {missing}."]
    return "\n".join(lines)


def _versions(run: Run, description: Description) -> str:
    environment = run.environment
    packages = environment.get("packages", {})
    names = ("torch", "numpy", "pytorch-lightning")
    used = [f"Python {environment.get('python', '?')}", *(f"{name} {packages[name]}" for name in names if packages.get(name))]
    model = ", ".join([description.model.name, *(f"{key} {value}" for key, value in description.model.params.items())])
    features = ", ".join([description.features.name, *(f"{key} {value}" for key, value in description.features.params.items())])
    together = f"the mean of {description.members} nets, each " if description.members > 1 else ""
    if description.temperature is not None:
        together = f"calibrated (temperature {description.temperature:.2f}), {together}"
    commit = f", commit {str(environment['git'])[:12]}" if environment.get("git") else ""
    return "\n".join(
        [
            f"- Net: {together}{model}; features: {features}; seed {run.config.get('seed', '?')}",
            f"- Trained {str(run.status.get('started', '?'))[:10]} with gesture_al {environment.get('gesture_al', '?')}{commit}, "
            f"{', '.join(used)}; exported with gesture_al {__version__}",
        ]
    )


def _folded(part: str) -> str:
    """A part with long lines folded; tables and code stay as they are."""
    if "```" in part or part.startswith(("|", "#")):
        return part
    return "\n".join(
        textwrap.fill(
            line, _WIDTH, subsequent_indent="  " * line.startswith("- "), break_long_words=False, break_on_hyphens=False
        )
        for line in part.splitlines()
    )


def _cell(text: str) -> str:
    """Text that does not end a table's cell."""
    return " ".join(text.split()).replace("|", "\\|")
