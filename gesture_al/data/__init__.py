"""Joints to clip sets: skeletons, geometry, readers, splits, synthetic people."""
