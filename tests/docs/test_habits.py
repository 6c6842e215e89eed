"""What the pages and the project file promise about each other."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
RUN = "pip install uv && uv run careprogram run examples/county"
TEST = "pip install uv && uv run pytest"


@pytest.mark.parametrize("page", ["README.md", "README.zh-CN.md"])
@pytest.mark.parametrize("command", [RUN, TEST])
def test_both_readmes_give_the_two_commands(page: str, command: str) -> None:
    """A newcomer of either language finds both commands, letter by letter."""
    assert f"$ {command}\n" in (ROOT / page).read_text(encoding="utf-8")


@pytest.mark.parametrize("command", [RUN, TEST])
def test_the_check_script_runs_the_commands_of_the_readme(command: str) -> None:
    """What the README promises is what is checked."""
    assert f"\n{command.removeprefix('pip install uv && ')}" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")


def test_the_pins_for_pip_and_for_uv_are_the_same() -> None:
    """`constraints.txt` and `[tool.uv] constraint-dependencies` name the same versions."""
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert project["tool"]["uv"]["constraint-dependencies"] == [line for line in lines if not line.startswith("#")]


def test_every_page_that_a_page_links_to_is_there() -> None:
    """No link within the project leads nowhere."""
    pages = [
        *ROOT.glob("*.md"),
        *ROOT.glob("docs/**/*.md"),
        *ROOT.glob("plugins/*/README.md"),
        *ROOT.glob("examples/**/*.md"),
    ]
    broken = [
        f"{page.relative_to(ROOT)}: {target}"
        for page in pages
        if "_build" not in page.parts
        for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", page.read_text(encoding="utf-8"))
        if "://" not in target and not (page.parent / target).exists()
    ]
    assert broken == []
