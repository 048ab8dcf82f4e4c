"""Active learning for gesture recognition from landmark sequences.

The names that a program or a plug-in may import stand in `__init__.pyi`, with the file that each lives in; they are loaded
when they are first used. Nothing else of the package is promised (docs/python.md).
"""

import lazy_loader

__version__ = "0.1.0"

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
