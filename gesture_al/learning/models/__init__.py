"""Nets from features to logits; one file each, without training code."""
