"""`python -m careprogram` is the command `careprogram`."""

import sys

from careprogram.cli import main

sys.exit(main())
