"""Plain geometry of joints with gaps, shared by features and augmentation; NumPy only, no part of it is configured."""
