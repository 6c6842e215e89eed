"""mypy and pyright find the same mistakes: a misspelt fact, a wrong type, a rule read as yes or no."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FILE = ROOT / "tests" / "typing" / "rules.py"
LINES = FILE.read_text("utf-8").splitlines()


@pytest.mark.slow
def test_mypy_complains_of_exactly_the_marked_lines():
    """No good line is refused and no marked mistake is missed under `mypy --strict`."""
    marked = {
        number
        for number, line in enumerate(LINES, 1)
        if ("pyright: ignore" in line and "found by pyright" not in line) or "found by mypy" in line
    }
    command = [sys.executable, "-m", "mypy", "--config-file", "pyproject.toml", "--no-error-summary", str(FILE)]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    found = {int(number) for number in re.findall(r"rules\.py:(\d+): error", told.stdout)}
    assert found == marked, told.stdout + told.stderr
    assert len(found) > 45


@pytest.mark.slow
def test_pyright_complains_of_exactly_the_marked_lines(tmp_path):
    """With its marks taken out, pyright in strict mode complains of every marked line and of no other."""
    marked = {number for number, line in enumerate(LINES, 1) if "pyright: ignore" in line}
    bare = [re.sub(r"  # pyright: ignore.*", "", line) for line in LINES]
    (tmp_path / "rules.py").write_text("\n".join(bare), "utf-8")
    settings = {"include": ["rules.py"], "pythonVersion": "3.11", "venvPath": str(ROOT), "venv": ".venv"}
    (tmp_path / "pyrightconfig.json").write_text(json.dumps({**settings, "extraPaths": [str(ROOT / "src")]}), "utf-8")
    command = [sys.executable, "-m", "pyright", "-p", str(tmp_path), "--outputjson"]
    told = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    findings = json.loads(told.stdout)["generalDiagnostics"]
    found = {finding["range"]["start"]["line"] + 1 for finding in findings if finding["severity"] == "error"}
    assert found == marked, findings
    assert len(found) > 40
