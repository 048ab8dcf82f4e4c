"""Active learning for gesture recognition from landmark sequences."""

__version__ = "0.1.0"
