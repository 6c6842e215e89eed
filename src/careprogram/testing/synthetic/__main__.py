"""`python -m careprogram.testing.synthetic FOLDER [SEED]` writes a made-up county into a folder."""

import sys
from pathlib import Path

from careprogram.testing.synthetic import synthetic_county, write_county

EXAMPLE_SEED = 2026
"""The seed of the example county that ships."""

if __name__ == "__main__":
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else EXAMPLE_SEED
    write_county(Path(sys.argv[1]), synthetic_county(seed))
