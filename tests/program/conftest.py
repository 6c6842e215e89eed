"""A small made-up county with a program, for the tests of the main job."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from careprogram.program import Program, RunSummary
from careprogram.testing.synthetic import synthetic_county, write_county

PROGRAM = """
[program]
id = "small"
title = "小县关爱服务"
as_of = 2026-09-01
key_file = "demo.key"

[inputs]
roster = "roster.xlsx"
helpers = "helpers.csv"
places = "places.csv"
village_links = "cadres.csv"

[policies]
judge = ["cn.left-behind.2016", "county.education", "township.family-planning"]
serve = ["cn.left-behind.2016", "county.education"]

[term]
id = "2026-autumn"
start = 2026-09-01
end = 2026-10-31

[notices.2026-1]
purposes = ["pairing", "care", "education", "contact"]
data_classes = ["identity", "contact", "family", "schooling", "care"]
separate = true

[outputs]
store = "sqlite:out/small.db"

[plugins]
load = ["sql"]
"""


@pytest.fixture(scope="session")
def county_files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the files of a county of 80 children and 30 helpers, to be copied."""
    folder = tmp_path_factory.mktemp("county")
    write_county(folder, synthetic_county(7, children=80, helpers=30, townships=2))
    (folder / "program.toml").write_text(PROGRAM, encoding="utf-8")
    return folder


@pytest.fixture
def new_county(county_files: Path, tmp_path: Path) -> Callable[[str], Path]:
    """Return a function that makes a fresh copy of the county under a name."""

    def make(name: str = "county") -> Path:
        return Path(shutil.copytree(county_files, tmp_path / name))

    return make


@pytest.fixture(scope="session")
def ran(county_files: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, RunSummary]:
    """Return the county after a first run and what that said: to be copied and compared, never to be changed."""
    folder = Path(shutil.copytree(county_files, tmp_path_factory.mktemp("ran") / "county"))
    return folder, Program.load(folder).run()
