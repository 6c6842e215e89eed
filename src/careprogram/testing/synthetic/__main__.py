"""``python -m careprogram.testing.synthetic FOLDER [SEED]`` writes a made-up county into FOLDER."""

import argparse
from pathlib import Path

from careprogram.testing.synthetic import synthetic_county, write_county

EXAMPLE_SEED = 2026
"""The seed of the example county that ships."""

if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m careprogram.testing.synthetic", description="A made-up county.")
    parser.add_argument("folder", type=Path, help="where its files are written")
    parser.add_argument("seed", type=int, nargs="?", default=EXAMPLE_SEED, help="another seed, another county")
    asked = parser.parse_args()
    write_county(asked.folder, synthetic_county(asked.seed))
