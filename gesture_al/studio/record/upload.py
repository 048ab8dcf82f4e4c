"""Upload of a take: its video as the browser recorded it, and the fields that the page sends with it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from gesture_al.core.errors import Refused, UserError
from gesture_al.data.track import UNLABELLED
from gesture_al.studio.record.plan import check_name
from gesture_al.studio.server.body import Body

# What browsers record: WebM in most, MP4 in Safari.
SUFFIXES = {"video/webm": ".webm", "video/mp4": ".mp4"}
# A browser's clock and the frames' need not agree to the tenth of a second.
_SLACK = 5.0


@dataclass(frozen=True)
class Upload:
    """The fields of a take that is sent.

    Args:
        uuid: The page's name for it, the same when it is sent again.
        label: Class; None for a free recording.
        prompt: What the person was asked to vary; may be empty.
        subject: Who is seen.
        session: Of the recording.
        seconds: How long the page recorded.
        size: Bytes of the video.
        suffix: Of its file.
    """

    uuid: str
    label: str | None
    prompt: str
    subject: str
    session: str
    seconds: float
    size: int
    suffix: str

    def file(self, workshop: Path) -> Path:
        """Where the video stands until it is kept."""
        return workshop / f"{self.uuid}{self.suffix}"

    @classmethod
    def of(cls, uuid: str, query: Mapping[str, str], kind: str, longest: float) -> Upload:
        """Read them from a request.

        Args:
            uuid: From the address.
            query: The fields behind it; no `label` for a free recording.
            kind: Content type of the body.
            longest: Seconds that a take may last.

        Raises:
            Refused: 415 for what is no video, 422 for a field that is not as it must be or a take that is too long.
        """
        suffix = SUFFIXES.get(kind.partition(";")[0].strip().lower())
        if suffix is None:
            raise Refused(415, f"a take must be one of {', '.join(SUFFIXES)}, not {kind or 'nothing'}")
        numbers = {name: _number(query.get(name, "")) for name in ("seconds", "size")}
        body = Body({**query, "uuid": uuid, **numbers})
        seconds = body.number("seconds")
        if seconds > longest + _SLACK:
            raise Refused(422, f"a take of {seconds:.0f} s is longer than the {longest:g} s that were agreed")
        label = body.text("label", most=80) if "label" in query else None
        named = {"subject": body.text("subject", most=80), "session": body.text("session", most=80)}
        try:
            for key, name in {**named, **({} if label is None else {"label": label})}.items():
                check_name(key, name)
        except UserError as err:
            raise Refused(422, str(err)) from err
        if label is not None and label.lower() == UNLABELLED:
            raise Refused(422, f"{label!r} is where clips without a class go; choose another name")
        prompt = body.text("prompt", "", most=200)
        return cls(body.uuid(), label, prompt, **named, seconds=seconds, size=int(body.number("size", high=1e12)), suffix=suffix)


def most_bytes(longest: float) -> int:
    """How large a take of so many seconds may be: four times what browsers make of a webcam's picture."""
    return 20_000_000 + int(1_250_000 * longest)


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None
