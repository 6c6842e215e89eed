"""The table of promises names tests that exist and carry the marker, for every promise there is."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "explanation" / "promises.md"
ROW = re.compile(r"^\| (?P<promise>[^|]+) \|(?P<default>[^|]*)\|(?P<deep>[^|]*)\| (?P<tests>[^|]+) \|$")
PROMISES = (
    "an acknowledged save survives kill -9",
    "and a power cut (SQLite)",
    "and an immediate stop of PostgreSQL",
    "full disk: an error, nothing half-written, next save works",
    "no lost update",
    "the same command twice is done once",
    "nobody sees a field they may not",
    "any edit, deletion, swap of the audit is found; a cut tail with the outside head",
    "erased means gone",
    "ciphertext at rest; a ciphertext moved to another child is refused",
    "backup under load opens and verifies",
    "a plugin that raises, hangs, lies, mutates or never returns cannot lose or block others",
    "conformance kit catches planted faults",
    "hostile text survives",
)


def rows() -> list[re.Match[str]]:
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    return [match for line in lines if (match := ROW.match(line)) and match["promise"] != "promise"]


def marked_in(path: Path) -> set[str]:
    """Return the tests of a file that carry the marker, each by itself or all of them."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    wholly = any(
        isinstance(node, ast.Assign) and "pytestmark" in ast.unparse(node.targets[0]) and "promise" in ast.unparse(node)
        for node in tree.body
    )
    return {
        node.name
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef)
        and (wholly or any("mark.promise" in ast.unparse(one) for one in node.decorator_list))
    }


def test_every_promise_is_in_the_table() -> None:
    """None is left out, none stands twice, in the order in which they were given."""
    assert tuple(row["promise"] for row in rows()) == PROMISES


@pytest.mark.parametrize("row", rows(), ids=lambda row: row["promise"])
def test_a_promise_is_shown_by_marked_tests(row: re.Match[str]) -> None:
    """Each names its tests, which are there and are marked, and how often they try it; or says that it is not shown."""
    named = re.findall(r"`([^`]+)::([^`]+)`", row["tests"])
    shown = row["tests"].strip() != "not yet"
    assert bool(named) is bool(row["default"].strip()) is bool(row["deep"].strip()) is shown
    for path, test in named:
        assert test in marked_in(ROOT / path), f"{path}::{test}"
