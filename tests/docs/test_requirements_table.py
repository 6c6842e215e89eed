"""The table of requirements names real states and real tests."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TABLE = ROOT / "docs" / "reference" / "requirements.md"
ROW = re.compile(r"^\| (?P<id>[A-G]\d+) \| (?P<what>[^|]+) \| (?P<state>[^|]+) \| (?P<tests>[^|]*) \|$")
STATES = {"done", "begun", "not begun"}
COUNTS = {"A": 9, "B": 14, "C": 14, "D": 10, "E": 15, "F": 8, "G": 8}


def rows() -> list[re.Match[str]]:
    return [match for line in TABLE.read_text(encoding="utf-8").splitlines() if (match := ROW.match(line))]


def names_in(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    named = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    return named | {
        target.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }


def test_the_table_names_every_requirement_once() -> None:
    """Every id of the requirements stands in the table, in order, with one of three states."""
    wanted = [f"{letter}{number}" for letter, count in COUNTS.items() for number in range(1, count + 1)]
    assert [row["id"] for row in rows()] == wanted
    assert {row["state"].strip() for row in rows()} <= STATES


@pytest.mark.parametrize("row", rows(), ids=lambda row: row["id"])
def test_what_is_done_or_begun_is_shown_by_a_test_that_exists(row: re.Match[str]) -> None:
    """A state above "not begun" names at least one test, and each named test is there."""
    named = re.findall(r"`([^`]+)`", row["tests"])
    assert bool(named) == (row["state"].strip() != "not begun")
    for name in named:
        path, _, test = name.partition("::")
        assert (ROOT / path).is_file(), name
        if test:
            assert test in names_in(ROOT / path), name
