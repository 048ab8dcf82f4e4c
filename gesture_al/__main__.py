"""`python -m gesture_al` is `gesture-al`."""

import sys

from gesture_al.cli import main

sys.exit(main())
