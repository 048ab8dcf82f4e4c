"""Clip sets to probabilities: features, augmentation, nets, trainer, metrics."""
