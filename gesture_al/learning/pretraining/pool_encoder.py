"""Embeddings of a pool by a pretrained encoder: made once for its clips and settings, and kept in the cache folder."""

from __future__ import annotations

import hashlib
import io
import json
import logging
import zipfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from gesture_al.core.arrays import Float32, Int64
from gesture_al.core.atomic_io import write_atomic
from gesture_al.core.cache_folder import cache_root
from gesture_al.core.code_fingerprint import code_fingerprint
from gesture_al.core.errors import UserError
from gesture_al.data.clip_set import release_mmap
from gesture_al.learning.pretraining.base import EncoderTask, Encoding, OnStep, Pretraining, UnnamedClips
from gesture_al.learning.pretraining.common_joints import on_common_joints

_FOLDER = "encoders"
_ROWS_A_SLICE = 4096
_log = logging.getLogger(__name__)


class PoolEncoder:
    """The encoder of one pool.

    Args:
        pretraining: How it learns.
        task: From what, and what it embeds. Where it learns from another set, both are brought to the joints in common.
        settings: What else the result depends on: names and parameters of the parts, as JSON takes them.

    Raises:
        UserError: Two sets without joints in common, or weights that the run's net is to begin with and cannot.
    """

    def __init__(self, pretraining: Pretraining, task: EncoderTask, settings: Mapping[str, Any]) -> None:
        self._rows = task.embed.rows
        if task.learn.clips is not task.embed.clips:
            learn, embed = on_common_joints(task.learn, task.embed)
            if pretraining.initialise and embed.clips is not task.embed.clips:
                told = f"the sets have {len(embed.clips.skeleton)} of {len(task.embed.clips.skeleton)} joints in common"
                raise UserError(f"pretraining.params.initialise=true: {told}, so the run's net reads more than the encoder")
            task = replace(task, learn=learn, embed=embed)
        self._pretraining, self._task, self._settings = pretraining, task, settings
        self._encoding: Encoding | None = None

    def prepare(self, on_step: OnStep | None = None) -> None:
        """Train, or read what was trained before; what is there already is not made again.

        Two processes that need the same encoder at once both make it, and the later replaces the file of the other in one step.

        Raises:
            UserError: The pretraining refuses the clips.
        """
        if self._encoding is not None:
            return
        path = cache_root() / _FOLDER / f"{self._key()}.npz"
        self._encoding = _read(path, len(self._rows))
        if self._encoding is None:
            self._encoding = self._pretraining.fit(self._task, on_step)
            try:
                write_atomic(path, _to_bytes(self._encoding))
            except OSError as err:
                _log.warning("cache %s cannot be used (%s); the encoder is not kept", path.parent, err)

    @property
    def encoding(self) -> Encoding:
        """What the encoder gives; it is made where `prepare` was not called."""
        self.prepare()
        assert self._encoding is not None
        return self._encoding

    def embed(self, rows: Int64) -> Float32:
        """Embeddings of these rows of the pool, (n, D), of the clips as the set has them."""
        return self.encoding.embeddings_N_D[np.searchsorted(self._rows, rows)]

    def weights(self) -> Mapping[str, Float32]:
        """Weights that the run's net begins with; none where it does not."""
        return self.encoding.weights if self._pretraining.initialise else {}

    def summary(self) -> dict[str, Any]:
        """What it was made of and what it cost, for the status of a run."""
        encoding, learn = self.encoding, self._task.learn
        return {
            "clips": len(learn.rows),
            "joints": len(learn.clips.skeleton),
            "steps": encoding.steps,
            "loss": round(encoding.loss, 4),
            "seconds": round(encoding.seconds, 2),
        }

    def _key(self) -> str:
        """Content of the clips without their labels, settings and code, as one name."""
        task = self._task
        digest = hashlib.sha256()
        parts = [type(self._pretraining), type(task.features), type(task.augment)]
        digest.update(json.dumps([code_fingerprint(parts), self._settings, task.threads], sort_keys=True).encode())
        for unnamed in (task.learn, task.embed):
            _add_content(digest, unnamed)
        return digest.hexdigest()[:40]


def _add_content(digest: Any, unnamed: UnnamedClips) -> None:
    """Everything that features are made of, in slices: a memory map is not pulled into memory."""
    clips, rows = unnamed.clips, unnamed.rows
    digest.update(json.dumps([clips.skeleton.to_json(), len(rows), clips.positions.shape]).encode())
    arrays = ("positions", "lengths", "times", "aspect")
    for first in range(0, len(rows), _ROWS_A_SLICE):
        part = rows[first : first + _ROWS_A_SLICE]
        for name in arrays:
            array = getattr(clips, name)
            digest.update(name.encode() if array is None else np.ascontiguousarray(array[part]).tobytes())
        release_mmap(clips.positions)


def _to_bytes(encoding: Encoding) -> bytes:
    file = io.BytesIO()
    cost = np.array([encoding.steps, encoding.loss, encoding.seconds])
    weights: dict[str, Any] = {f"weight {name}": value for name, value in encoding.weights.items()}
    np.savez(file, embeddings=encoding.embeddings_N_D, cost=cost, **weights)
    return file.getvalue()


def _read(path: Path, clips: int) -> Encoding | None:
    """What was kept; None where there is nothing, or something damaged (the format has a checksum for every array)."""
    try:
        # NumPy leaves a file open that turns out not to be one of its own.
        with np.load(io.BytesIO(path.read_bytes()), allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files}
        embeddings, (steps, loss, seconds) = arrays.pop("embeddings"), arrays.pop("cost")
        if embeddings.ndim != 2 or len(embeddings) != clips or not np.isfinite(embeddings).all():
            raise ValueError("other clips")
    except FileNotFoundError:
        return None
    except (OSError, EOFError, ValueError, KeyError, zipfile.BadZipFile) as err:
        _log.warning("cache file %s is damaged (%s); the encoder is trained again", path, err)
        return None
    weights = {name.removeprefix("weight "): value for name, value in arrays.items()}
    return Encoding(embeddings, weights, int(steps), float(loss), float(seconds))
