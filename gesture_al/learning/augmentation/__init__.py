"""Augmentation: changed copies of labelled clips, made afresh at every training step."""

from gesture_al.learning.augmentation.base import AUGMENTATIONS, Augment

__all__ = ["AUGMENTATIONS", "Augment"]
