"""`python -m gesture_al` is `gesture-al`."""

import sys

from gesture_al.cli.main import main

sys.exit(main())
