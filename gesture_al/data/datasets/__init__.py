"""Data sets: readers that turn files, folders or a generator into a ClipSet."""
