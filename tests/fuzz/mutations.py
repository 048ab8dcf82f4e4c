"""Mutations: what makes bad input out of a good file, whatever its format; every one is drawn from a seeded generator."""

from __future__ import annotations

import copy
import csv
import io
import json
import os
import random
import shutil
from pathlib import Path
from typing import Any

# Where a number, a word or a list is meant.
EVIL: tuple[Any, ...] = (
    *(
        float("nan"),
        float("inf"),
        float("-inf"),
        0,
        -1,
        -0.0,
        1,
        2,
        1e308,
        1e-308,
        0.5,
        1.5,
        60_000,
        1e6,
        2**31,
        2**63,
        2**64,
        -(2**63),
    ),
    *(10**400, True, False, None, "", " ", "abc", "\ud800", "é" * 3000, "1" * 5000, "NaN", "-1", "1e999", "\x00", "a\nb"),
    *("../../../etc/passwd", "/dev/zero", "x" * 5000, [], {}, [[]], [None], ["a"], {"a": 1}, [1, 2, 3], [[[[1]]]]),
)
PIECES = (
    b"\xff" * 8,
    b"\x00" * 8,
    b"\x7f\xff\xff\xff",
    b"\xff\xfe",
    b"\xef\xbb\xbf",
    b"\xed\xa0\x80",
    b"\n",
    b"\r",
    b",",
    b":",
    b"9" * 20,
)


def mutated_bytes(rng: random.Random, data: bytes) -> bytes:
    """The content with one to four places changed, cut out, repeated or overwritten, or cut off."""
    content = bytearray(data)
    for _ in range(rng.randint(1, 4)):
        at = rng.randrange(len(content)) if content else 0
        end = min(len(content), at + rng.choice((1, 2, 4, 8, 64, 1000)))
        match rng.randrange(8):
            case 0 if content:
                content[at] ^= 1 << rng.randrange(8)
            case 1 if content:
                content[at] = rng.randrange(256)
            case 2:
                content[at:at] = rng.choice(PIECES)
            case 3:
                del content[at:end]
            case 4:
                content[at:at] = content[at:end] * rng.choice((1, 2, 50))
            case 5:
                del content[at:]
            case 6:
                piece = rng.choice(PIECES)
                content[at : at + len(piece)] = piece
            case _:
                content[at:end] = rng.randbytes(end - at)
    return bytes(content)


_DEEPEST = 30


def places(tree: Any, depth: int = 0) -> list[tuple[Any, ...]]:
    """The path of every value in nested tables and lists, outermost first."""
    found: list[tuple[Any, ...]] = []
    items = tree.items() if isinstance(tree, dict) else enumerate(tree[:4]) if isinstance(tree, list) else ()
    for key, value in items if depth < _DEEPEST else ():
        found += [(key,), *((key, *rest) for rest in places(value, depth + 1))]
    return found


def mutated_tree(rng: random.Random, tree: Any) -> Any:
    """A copy of nested tables and lists with one to three values replaced, removed, doubled or put into another."""
    result = copy.deepcopy(tree)
    for _ in range(rng.choice((1, 1, 1, 2, 3))):
        paths = places(result)
        if not paths:
            return rng.choice(EVIL)
        *outer, key = rng.choice(paths)
        inside = result
        for step in outer:
            inside = inside[step]
        match rng.randrange(6):
            case 0:
                del inside[key]
            case 1:
                inside[key] = [inside[key]]
            case 2 if isinstance(inside, list):
                inside.append(inside[key])
            case 2:
                inside[rng.choice(("", "x", "\ud800", "clip", "name"))] = inside[key]
            case 3:
                inside[key] = nested(rng.choice((50, 900)))
            case _:
                inside[key] = rng.choice(EVIL)
    return result


def nested(depth: int) -> list[Any]:
    """Lists in lists."""
    inner: list[Any] = []
    for _ in range(depth):
        inner = [inner]
    return inner


def mutated_json(rng: random.Random, tree: Any) -> bytes:
    """JSON whose values or letters are wrong, or that is none."""
    match rng.randrange(10):
        case 0:
            return mutated_bytes(rng, json.dumps(tree).encode())
        case 1:
            return rng.choice(
                (
                    b"[" * 100_000,
                    b'{"a":' * 100_000,
                    b"[" * 100_000 + b"]" * 100_000,
                    b"9" * 100_000,
                    b"-",
                    b"null",
                    b"NaN",
                    b'"\\ud800"',
                    b"\xff\xfe{\x00}\x00",
                    b"\xef\xbb\xbf{}",
                    b"",
                    b"\x00" * 100,
                    b"1e999",
                    b"[1e999]",
                )
            )
        case 2:
            text = json.dumps(tree)
            return text.replace(
                rng.choice(('"', "1", "0", ",")), rng.choice(("9" * 6000, "[" * 50_000, "\\ud800", "\x01")), 1
            ).encode()
    changed, ascii = mutated_tree(rng, tree), rng.random() < 0.7
    try:
        return json.dumps(changed, ensure_ascii=ascii).encode("utf-8", "surrogatepass")
    except RecursionError:
        return b"[" * 2000 + b"]" * 2000


def mutated_lines(rng: random.Random, lines: list[Any]) -> bytes:
    """JSON lines of which one is wrong."""
    made = [json.dumps(line).encode() for line in lines]
    made[rng.randrange(len(made))] = mutated_json(rng, rng.choice(lines)).replace(b"\n", b" ")
    return b"\n".join(made) + rng.choice((b"\n", b"", b"\n\n", b"\x85", b"\xe2\x80\xa8"))


def mutated_yaml(rng: random.Random, text: str) -> bytes:
    """YAML whose values or letters are wrong, or that is none."""
    import yaml

    match rng.randrange(8):
        case 0:
            return mutated_bytes(rng, text.encode())
        case 1:
            laughs = "\n".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" if n else "a0: &a0 [x, x]" for n in range(12))
            return rng.choice(
                (
                    "[" * 20_000,
                    "{a: " * 20_000,
                    "- " * 20_000,
                    "a: " * 5000,
                    laughs,
                    "&a [*a]",
                    "a: &a {b: *a}",
                    "!!python/object/apply:os.system [true]",
                    "!!binary x",
                    "a: !!int abc",
                    "<<: 3",
                    "? [a]\n: b",
                    "2001-99-99",
                    "k: 2001-13-45",
                    "k: " + ":".join(["59"] * 20_000),
                    "k: " + "9" * 6000,
                    "\x00",
                    "%YAML 9.9\n---\na: 1",
                    "a: 1\n---\nb: 2",
                    "- a",
                    "3",
                )
            ).encode()
    tree = mutated_tree(rng, yaml.safe_load(text))
    try:
        return yaml.safe_dump(tree, allow_unicode=rng.random() < 0.5).encode("utf-8", "surrogatepass")
    except (RecursionError, yaml.YAMLError):
        return b"[" * 20_000


def mutated_table(rng: random.Random, text: str) -> bytes:
    """CSV of which cells, lines or letters are wrong."""
    if rng.random() < 0.3:
        return mutated_bytes(rng, text.encode())
    rows = list(csv.reader(io.StringIO(text)))
    for _ in range(rng.randint(1, 3)):
        row = rng.choice(rows)
        match rng.randrange(6):
            case 0 if row:
                del row[rng.randrange(len(row))]
            case 1:
                row += ["x"] * rng.choice((1, 10, 3000))
            case 2:
                rows.append(list(row))
            case 3 if row:
                row[rng.randrange(len(row))] = "x" * 200_000
            case _ if row:
                row[rng.randrange(len(row))] = str(rng.choice(EVIL))
    out = io.StringIO()
    csv.writer(out, lineterminator=rng.choice(("\n", "\r\n", "\r"))).writerows(rows)
    return out.getvalue().encode(rng.choice(("utf-8", "utf-8", "utf-8", "utf-16")), "surrogatepass")


def mutated_numbers(rng: random.Random, text: str) -> bytes:
    """Text of which numbers and separators are wrong."""
    if rng.random() < 0.3:
        return mutated_bytes(rng, text.encode())
    words = text.split(",")
    for _ in range(rng.randint(1, 4)):
        words[rng.randrange(len(words))] = str(
            rng.choice((*EVIL, ":", "\n@data\n", "@classLabel true", "?" * 5000, "0," * 200_000 + "0"))
        )
    return ",".join(words).encode("utf-8", "surrogatepass")


SPECIAL = ("pipe", "zero", "random", "folder", "loop", "dangling", "empty", "socket", "long")


def replace_by_special(rng: random.Random, path: Path) -> str:
    """Put what is no regular file in the place of one; says what."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
    what = rng.choice(SPECIAL)
    match what:
        case "pipe":
            os.mkfifo(path)
        case "zero":
            path.symlink_to("/dev/zero")
        case "random":
            path.symlink_to("/dev/urandom")
        case "folder":
            path.mkdir()
        case "loop":
            path.symlink_to(path.name)
        case "dangling":
            path.symlink_to("nowhere")
        case "empty":
            path.touch()
        case "socket":
            os.mknod(path, 0o140644)
        case "long":
            path.write_bytes(b" " * 3_000_000)
    return what


ODD_NAMES = (b"caf\xe9", b"\xff\xfe", b"a\nb", b"a b", b"-x", b"{class}", b"${oc.env:HOME}", "\u202e".encode(), b"x" * 180)


def odd_name(rng: random.Random, path: Path) -> Path:
    """Move a file or folder to a name that is not UTF-8, or odd otherwise; the suffix stays."""
    name = os.fsdecode(rng.choice(ODD_NAMES)) + path.suffix
    return path.rename(path.with_name(name))
