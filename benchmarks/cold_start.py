"""First clips chosen without a label: classes found and macro-F1 after the start, by what chooses them and on what embedding.

python benchmarks/cold_start.py --seeds 10 dataset=facetime_synthetic

The encoder learns from the pool alone; scores are on the test clips of the split, which nothing else here looks at.
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections.abc import Callable
from time import process_time

import numpy as np

from gesture_al import STRATEGIES, PoolView
from gesture_al.active.pool import stratified
from gesture_al.cli.composition import compose_settings
from gesture_al.core.arrays import Float32, Int64
from gesture_al.core.parts import build_part
from gesture_al.core.seeds import torch_seed
from gesture_al.core.settings import Settings
from gesture_al.learning.inference import embedding, read
from gesture_al.learning.learner import Learner
from gesture_al.learning.metrics import confusion_matrix, macro_f1
from gesture_al.learning.models.base import MODELS
from gesture_al.learning.preparation import Preparation, PreparedClips
from gesture_al.learning.pretraining.base import PRETRAININGS, EncoderTask, UnnamedClips
from gesture_al.learning.trainers.base import TRAINERS
from gesture_al.runs.assembly import Assembly, assemble, load_clips

# Who chooses on which embedding; those that are trained and scored too.
CHOICES = {
    "random": ("random", None, True),
    "class-stratified": (None, None, True),
    "typiclust, pretrained encoder": ("typiclust", "pretrained", True),
    "typiclust, untrained net": ("typiclust", "untrained", True),
    "typiclust, principal components": ("typiclust", "components", False),
    "prob_cover, pretrained encoder": ("prob_cover", "pretrained", False),
    "k_means, pretrained encoder": ("k_means", "pretrained", False),
    "k_center, pretrained encoder": ("k_center", "pretrained", False),
}


def embeddings_of(made: Assembly, pool: Int64) -> dict[str, Float32]:
    """Embeddings of the pool without a label, by name."""
    preparation = Preparation(made.features)
    preparation.measure(made.clips, pool)
    prepared = PreparedClips(made.clips, preparation)
    model = (made.settings.model.name, made.settings.model.params)
    with torch_seed(0):
        untrained = MODELS.build(*model, inputs=made.inputs, classes=2).eval()
    from sklearn.decomposition import PCA

    flat_N_X = prepared(pool)[0].reshape(len(pool), -1)
    unnamed = UnnamedClips(made.clips, pool)
    task = EncoderTask(unnamed, unnamed, made.features, made.augment, model)
    return {
        "untrained": read(untrained, prepared, pool, embedding),
        "components": PCA(32, random_state=0).fit_transform(flat_N_X).astype(np.float32),
        "pretrained": PRETRAININGS.build("contrastive").fit(task).embeddings_N_D,
    }


def first_rows(made: Assembly, pool: Int64, count: int, by: str | None, x_N_D: Float32 | None) -> Int64:
    """The first clips, sorted."""
    rng = made.random_streams.generator("start", 0)
    if by is None:
        per_class = count // len(made.clips.classes)
        return np.array(stratified(pool, made.clips.labels[pool], per_class, made.random_streams.generator("initial")))
    none = None if x_N_D is None else x_N_D[:0]
    view = PoolView(embeddings=x_N_D, labelled_embeddings=none, labelled_classes=np.empty(0, dtype=np.int64), size=len(pool))
    return np.sort(pool[STRATEGIES.build(by).select(view, count, rng).indices])


def score(made: Assembly, rows: Int64) -> float:
    """Macro-F1 on the test clips of the run's own net and trainer after these labels."""
    settings, splits, labels = made.settings, made.splits, made.clips.labels
    learner = Learner(
        made.clips,
        pool=np.sort(splits.train),
        features=made.features,
        augment=made.augment,
        model=(settings.model.name, settings.model.params),
        trainer=build_part(TRAINERS, "trainer", settings.trainer),
        random_streams=made.random_streams,
    )
    learner.fit(rows, labels[rows], 0)
    predicted = learner.predict_probs(splits.test).argmax(axis=1)
    return float(macro_f1(confusion_matrix(labels[splits.test], predicted, len(made.clips.classes))))


def measure(settings: Settings, load: Callable[[], Assembly], per_class: int, scored: bool) -> list[list[object]]:
    """A row for each choice: seed, choice, labels, classes found, macro-F1 (empty where it was not trained)."""
    made = load()
    pool = np.sort(made.splits.train)
    embeddings = embeddings_of(made, pool)
    count = per_class * len(made.clips.classes)
    rows = []
    for choice, (by, on, trained) in CHOICES.items():
        chosen = first_rows(made, pool, count, by, embeddings[on] if on else None)
        found = len(np.unique(made.clips.labels[chosen]))
        rows.append([settings.seed, choice, len(chosen), found, f"{score(made, chosen):.4f}" if trained and scored else ""])
    return rows


def main() -> None:
    """One table in CSV on stdout, a line a seed and choice, as it comes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--per-class", type=int, default=2, help="first clips for every class of the data")
    parser.add_argument("--no-scores", action="store_true", help="count the classes found only")
    parser.add_argument("settings", nargs="*", help="key=value, as for gesture-al run")
    typed = parser.parse_args()
    table = csv.writer(sys.stdout)
    table.writerow(["seed", "choice", "labels", "classes_found", "macro_f1"])
    for seed in range(typed.seeds):
        settings = compose_settings([*typed.settings, f"seed={seed}", "stopping=budget"])
        clips = load_clips(settings.dataset)
        began = process_time()
        table.writerows(measure(settings, lambda s=settings, c=clips: assemble(s, c), typed.per_class, not typed.no_scores))
        sys.stdout.flush()
        print(f"seed {seed}: {process_time() - began:.0f} CPU s", file=sys.stderr)


if __name__ == "__main__":
    main()
