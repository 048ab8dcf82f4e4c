"""Files of other formats that people give to a reader of arrays: which reader takes them, or how they are converted."""

from __future__ import annotations

from pathlib import Path

from gesture_al.core.errors import UserError

_ARCHIVE = "an .npz with X, y and class_names"
_PICKLE = f"to open it may run any program, so it never is; load it where it was made and save {_ARCHIVE} by np.savez"
_VIDEO = "joints are found first: gesture-al extract <folder of videos>"
_REMEDIES = {
    **dict.fromkeys((".pkl", ".pickle", ".p", ".pt", ".pth", ".ckpt", ".joblib", ".dill", ".sav"), _PICKLE),
    ".mat": f"load it by scipy.io.loadmat and save {_ARCHIVE} by np.savez",
    **dict.fromkeys((".h5", ".hdf5", ".hdf", ".keras"), f"load it by h5py and save {_ARCHIVE} by np.savez"),
    **dict.fromkeys((".parquet", ".feather", ".arrow"), f"load it by pandas and save {_ARCHIVE} by np.savez"),
    **dict.fromkeys((".xlsx", ".xls", ".ods"), f"load it by pandas and save {_ARCHIVE} by np.savez"),
    **dict.fromkeys(
        (".csv", ".tsv", ".txt"),
        "a table of kinivi's form (class number, then x, y ...) is read by dataset=point_history; of another form, load it by "
        f"pandas and save {_ARCHIVE} by np.savez",
    ),
    **dict.fromkeys(
        (".json", ".jsonl", ".skeleton", ".bvh", ".c3d", ".trc"), f"load it in Python and save {_ARCHIVE} by np.savez"
    ),
    **dict.fromkeys((".tfrecord", ".tfrecords"), f"load it by tensorflow and save {_ARCHIVE} by np.savez"),
    ".ts": "it is read by dataset=uea dataset.params.train=<file>",
    ".arff": "take the .ts file of the same set, which dataset=uea reads (its multivariate .arff are not read)",
    **dict.fromkeys((".zip", ".tar", ".tgz", ".rar", ".7z", ".bz2", ".xz"), "unpack it and name what is in it"),
    ".gz": "unpack it and name what is in it (.ts.gz is read by dataset=uea)",
    **dict.fromkeys((".mp4", ".avi", ".mov", ".webm", ".mkv", ".gif"), _VIDEO),
}


def refuse_foreign(path: Path, takes: str, *own: str) -> None:
    """Refuse a file whose name says that it is of a format that the reader does not take.

    Args:
        path: The file; it need not be there, and is not opened.
        takes: What the reader takes, for the message.
        own: Suffixes of the formats above that the reader takes.

    Raises:
        UserError: One line that says which reader or conversion helps.
    """
    suffix = path.suffix.lower()
    if suffix in _REMEDIES and suffix not in own:
        raise UserError(f"{path}: a {suffix} file, not {takes}; {_REMEDIES[suffix]}")
