"""MediaPipe's model bundles: what they are called, where they are published, and what they are made of."""

from __future__ import annotations

import hashlib
import io
import struct
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field

from gesture_al.core.errors import UserError

_OFFICIAL = "https://storage.googleapis.com/mediapipe-models"
# Payloads are read through a memory map: each must begin at a multiple of this.
_ALIGNMENT = 4
_HEADER, _PADDING = 30, 0xD935


@dataclass(frozen=True)
class Member:
    """A net inside a bundle that can be had from the wheel of MediaPipe too.

    Args:
        path: In the wheel.
        sha256: Of the file there.
        normalised: Whether the net needs a note that it takes colours from 0 to 1: in the wheel a graph around it knows, in a
            bundle it has to say so itself.
        irises: Whether it has no irises, for which a bundle's must have room.
    """

    path: str
    sha256: str
    normalised: bool = False
    irises: bool = False


@dataclass(frozen=True)
class Bundle:
    """A file of nets that one landmarker needs.

    Args:
        name: As commands call it.
        file: As it is published.
        url: Where it is published, at a fixed version.
        sha256: Of that file.
        members: Its nets by their names in the bundle, where they can be had from the wheel; a member without a source is
            only checked to be there.
    """

    name: str
    file: str
    url: str
    sha256: str
    members: Mapping[str, Member | None] = field(default_factory=dict)

    @property
    def in_wheel(self) -> bool:
        """Whether the bundle can be put together from the wheel."""
        return all(member is not None for member in self.members.values())


# The hand's sum is MediaPipe's own; those of pose and face are what many projects have published of the same addresses.
BUNDLES: dict[str, Bundle] = {
    bundle.name: bundle
    for bundle in (
        Bundle(
            "hand",
            "hand_landmarker.task",
            f"{_OFFICIAL}/hand_landmarker/hand_landmarker/float16/1/hand_landmarker.task",
            "fbc2a30080c3c557093b5ddfc334698132eb341044ccee322ccf8bcf3607cde1",
            {
                "hand_detector.tflite": Member(
                    "mediapipe/modules/palm_detection/palm_detection_full.tflite",
                    "1b14e9422c6ad006cde6581a46c8b90dd573c07ab7f3934b5589e7cea3f89a54",
                ),
                "hand_landmarks_detector.tflite": Member(
                    "mediapipe/modules/hand_landmark/hand_landmark_full.tflite",
                    "11c272b891e1a99ab034208e23937a8008388cf11ed2a9d776ed3d01d0ba00e3",
                ),
            },
        ),
        Bundle(
            "pose",
            "pose_landmarker_full.task",
            f"{_OFFICIAL}/pose_landmarker/pose_landmarker_full/float16/1/pose_landmarker_full.task",
            "4eaa5eb7a98365221087693fcc286334cf0858e2eb6e15b506aa4a7ecdcec4ad",
            {
                "pose_detector.tflite": Member(
                    "mediapipe/modules/pose_detection/pose_detection.tflite",
                    "9ba9dd3d42efaaba86b4ff0122b06f29c4122e756b329d89dca1e297fd8f866c",
                ),
                "pose_landmarks_detector.tflite": Member(
                    "mediapipe/modules/pose_landmark/pose_landmark_full.tflite",
                    "e9a5c5cb17f736fafd4c2ec1da3b3d331d6edbe8a0d32395855aeb2cdfd64b9f",
                    normalised=True,
                ),
            },
        ),
        Bundle(
            "face",
            "face_landmarker.task",
            f"{_OFFICIAL}/face_landmarker/face_landmarker/float16/1/face_landmarker.task",
            "64184e229b263107bc2b804c6625db1341ff2bb731874b0bcc2fe6544e0bc9ff",
            # The published net knows the irises; the wheel's is the one that MediaPipe's holistic solution ran with.
            {
                "face_detector.tflite": Member(
                    "mediapipe/modules/face_detection/face_detection_short_range.tflite",
                    "bbff11cebd1eb27a1e004cae0b0e63ec8c551cbf34a4451148b4908b8db3eca8",
                ),
                "face_landmarks_detector.tflite": Member(
                    "mediapipe/modules/face_landmark/face_landmark.tflite",
                    "1055cb9d4a9ca8b8c688902a3a5194311138ba256bcc94e336d8373a5f30c814",
                    normalised=True,
                    irises=True,
                ),
            },
        ),
    )
}


def pack(nets: Mapping[str, bytes]) -> bytes:
    """The bundle of these nets: a zip that stores them as they are, each at a multiple of four bytes.

    The same nets give the same bytes on every system and at every time.
    """
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as bundle:
        for name, net in nets.items():
            info = zipfile.ZipInfo(name)
            info.create_system = 3
            # A field of the header that readers skip takes up the room, as Android's zipalign does it.
            room = -(buffer.tell() + _HEADER + len(name)) % _ALIGNMENT
            info.extra = struct.pack("<HH", _PADDING, room) + bytes(room)
            bundle.writestr(info, net)
    return buffer.getvalue()


def check_bundle(bundle: Bundle, content: bytes, where: str) -> None:
    """Refuse what is not such a bundle.

    Args:
        bundle: What it should be.
        content: The file.
        where: Named in the message.

    Raises:
        UserError: Not a zip, damaged, or without one of the nets.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as file:
            missing = sorted(set(bundle.members) - set(file.namelist()))
            damaged = file.testzip()
    except (zipfile.BadZipFile, EOFError, ValueError) as err:
        raise UserError(f"{where}: no {bundle.file} ({err}); fetch it again") from err
    if missing or damaged:
        what = f"without {', '.join(missing)}" if missing else f"damaged in {damaged}"
        raise UserError(f"{where}: no {bundle.file}, it is {what}; fetch it again")


def provenance(bundle: Bundle, content: bytes) -> str:
    """Where a bundle's content is from, by its checksums: the published file, the nets of the wheel, or something else.

    >>> provenance(BUNDLES["face"], b"")
    'of another version than the published one'
    """
    if digest(content) == bundle.sha256:
        return "the published file"
    nets = {name: member for name, member in bundle.members.items() if member is not None and not member.normalised}
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as file:
            same = all(digest(file.read(name)) == member.sha256 for name, member in nets.items())
    except (zipfile.BadZipFile, KeyError):
        same = False
    return "nets as in the wheel" if nets and same else "of another version than the published one"


def digest(content: bytes) -> str:
    """sha256 in hex."""
    return hashlib.sha256(content).hexdigest()
