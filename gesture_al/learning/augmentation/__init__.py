"""Augmentation: changed copies of labelled clips, made afresh at every training step."""
