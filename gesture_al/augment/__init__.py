"""Augmentation: changed copies of labelled clips, made afresh at every training step."""

from gesture_al.augment.base import AUGMENTATIONS, Augment

__all__ = ["AUGMENTATIONS", "Augment"]
