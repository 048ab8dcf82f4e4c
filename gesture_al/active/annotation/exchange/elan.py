"""ELAN's annotation files (.eaf): stretches of recordings with their classes.

Source:
    "EAF annotation format", version 3.0, https://www.mpi.nl/tools/elan/EAF_Annotation_Format_3.0_and_ELAN.pdf: time slots in
    milliseconds, tiers of alignable annotations, and of annotations that refer to those of another tier
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from xml.etree import ElementTree

from gesture_al.active.annotation.exchange.names import clean, folded, listed
from gesture_al.active.annotation.exchange.records import LabelFile, LabelSegment, seconds_of, stretch_of_pair
from gesture_al.core.errors import UserError
from gesture_al.core.tables import read_unicode
from gesture_al.data.clip_set import LeftOut
from gesture_al.data.track import Stretch

_TIERS = ("gesture", "gestures", "class", "label", "labels", "sign", "signs")


def read_elan(path: Path, field: str | None = None) -> LabelFile:
    """The annotations of a tier.

    Args:
        path: The file.
        field: The tier; None: the only one that has annotations, or one that is called `gesture`, `class` or `label`.

    Raises:
        UserError: Not such a file, or nobody can say which tier holds the classes.
    """
    document = _parsed(path)
    tiers = {str(tier.get("TIER_ID")): tier for tier in document.iter("TIER") if tier.find("ANNOTATION") is not None}
    if field is not None and field not in tiers:
        raise UserError(f"{path}: no tier {field} with annotations; there are: {listed(tiers) or 'none'}")
    chosen = [field] if field is not None else list(tiers)
    if len(chosen) > 1:
        chosen = [name for name in tiers if folded(name) in _TIERS]
        if len(chosen) != 1:
            raise UserError(f"{path}: {len(tiers)} tiers ({listed(tiers)}); say with --field which of them holds the classes")
    return LabelFile.of(one for name in chosen for one in _segments(document, tiers[name], path))


def _parsed(path: Path) -> ElementTree.Element:
    text = read_unicode(path)
    if "<!DOCTYPE" in text.upper() or "<!ENTITY" in text.upper():
        # With these a few lines stand for gigabytes, or for files of this machine. ELAN writes none.
        raise UserError(f"{path}: declares a document type or entities, which ELAN does not write; save it with ELAN again")
    try:
        # As text: an encoding that is declared inside could make other letters of what was looked at here.
        document = ElementTree.fromstring(text.lstrip())
    except (ElementTree.ParseError, ValueError, RecursionError, LookupError) as err:
        raise UserError(f"{path}: no file of ELAN's ({err}); save it as .eaf again") from err
    if document.tag != "ANNOTATION_DOCUMENT":
        raise UserError(f"{path}: is {document.tag[:40]}, no ANNOTATION_DOCUMENT; give a file that ELAN has saved as .eaf")
    header = document.find("HEADER")
    units = "milliseconds" if header is None else header.get("TIME_UNITS", "milliseconds")
    if units != "milliseconds":
        raise UserError(f"{path}: its times are in {units[:40]}; save it with a version of ELAN that writes milliseconds")
    return document


def _segments(document: ElementTree.Element, tier: ElementTree.Element, path: Path) -> Iterator[LabelSegment | LeftOut]:
    slots = {str(slot.get("TIME_SLOT_ID")): slot.get("TIME_VALUE") for slot in document.iter("TIME_SLOT")}
    own = {str(one.get("ANNOTATION_ID")): one for holder in document.iter("ANNOTATION") for one in holder}
    annotator = str(tier.get("ANNOTATOR") or "")
    for holder in tier.findall("ANNOTATION"):
        for annotation in holder:
            where = f"{path}, annotation {annotation.get('ANNOTATION_ID')}"
            name = clean(annotation.findtext("ANNOTATION_VALUE") or "")
            stretch = _stretch(annotation, own, slots, where)
            if stretch is None:
                yield LeftOut(name or where, "has no time in ELAN")
            elif not name:
                yield LeftOut(f"{stretch.start:g} to {stretch.end:g} s", "no label")
            else:
                for recording, origin in _recordings(document, path, where):
                    yield LabelSegment(recording, name, Stretch(stretch.start + origin, stretch.end + origin), annotator)


def _stretch(
    annotation: ElementTree.Element, own: Mapping[str, ElementTree.Element], slots: Mapping[str, str | None], where: str
) -> Stretch | None:
    """The time of an annotation, or of the one that it refers to, at any remove."""
    seen = set()
    while annotation.tag == "REF_ANNOTATION":
        other = str(annotation.get("ANNOTATION_REF"))
        if other in seen or other not in own:
            return None
        seen.add(other)
        annotation = own[other]
    values = [slots.get(str(annotation.get(key))) for key in ("TIME_SLOT_REF1", "TIME_SLOT_REF2")]
    if None in values:
        return None
    start, end = (_milliseconds(value, where) for value in values)
    return stretch_of_pair(start, end, where)


def _milliseconds(value: str | None, where: str) -> float:
    try:
        return seconds_of(int(str(value)) / 1000, "TIME_VALUE", where) or 0.0
    except (ValueError, OverflowError) as err:
        raise UserError(f"{where}: a time of {str(value)[:40]!r}; it must be whole milliseconds") from err


def _recordings(document: ElementTree.Element, path: Path, where: str) -> list[tuple[str, float]]:
    """The recordings that are annotated, with the time in each at which the annotations' time begins; else named as the file."""
    media = [
        (str(one.get("MEDIA_URL") or one.get("RELATIVE_MEDIA_URL")), _milliseconds(one.get("TIME_ORIGIN", "0"), where))
        for one in document.iter("MEDIA_DESCRIPTOR")
        if one.get("MEDIA_URL") or one.get("RELATIVE_MEDIA_URL")
    ]
    # Sound beside the film says nothing more.
    films = [pair for pair in media if not pair[0].lower().endswith((".wav", ".mp3"))]
    return films or media or [(path.stem, 0.0)]
