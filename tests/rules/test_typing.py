"""mypy finds the mistakes that pyright finds: a misspelt fact, a wrong type, a rule read as yes or no."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FILE = ROOT / "tests" / "typing" / "rules.py"


@pytest.mark.slow
def test_mypy_complains_of_exactly_the_marked_lines():
    """No good line is refused and no marked mistake is missed under `mypy --strict`."""
    lines = FILE.read_text("utf-8").splitlines()
    marked = {
        number
        for number, line in enumerate(lines, 1)
        if ("pyright: ignore" in line and "found by pyright" not in line) or "found by mypy" in line
    }
    command = [sys.executable, "-m", "mypy", "--config-file", "pyproject.toml", "--no-error-summary", str(FILE)]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    found = {int(number) for number in re.findall(r"rules\.py:(\d+): error", told.stdout)}
    assert found == marked, told.stdout + told.stderr
