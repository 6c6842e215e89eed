"""What every test run shares: Hypothesis profiles, and Markdown and docstrings that run as tests.

`uv run pytest` uses the profile `dev`, or `ci` where the variable CI is set; `uv run pytest --hypothesis-profile=deep`
looks a hundred times longer.
"""

import doctest
import gc
import os
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from sybil import Sybil
from sybil.document import PythonDocStringDocument
from sybil.parsers.markdown import PythonCodeBlockParser, SkipParser
from sybil.parsers.rest import DocTestParser
from sybil.sybil import SybilCollection

ROOT = Path(__file__).parent

if sys.dont_write_bytecode:
    # Whoever asks for no bytecode wants none beside the sources. Without any, each worker and each process that a test
    # starts compiles every module anew, which is a tenth of the whole run: it is kept in a folder that Git passes over.
    sys.dont_write_bytecode = False
    sys.pycache_prefix = str(ROOT / ".pytest_cache" / "bytecode")
    os.environ["PYTHONPYCACHEPREFIX"] = sys.pycache_prefix
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

_QUIET = [HealthCheck.too_slow, HealthCheck.data_too_large]
settings.register_profile("dev", max_examples=40, deadline=None, suppress_health_check=_QUIET)
settings.register_profile("ci", parent=settings.get_profile("dev"), derandomize=True, print_blob=True)
settings.register_profile("deep", parent=settings.get_profile("dev"), max_examples=6_000)
settings.load_profile("ci" if os.environ.get("CI") else "dev")

# A pattern without a slash is met at any depth; which folders are looked into is for testpaths.
_markdown = Sybil(
    name="markdown",
    parsers=[PythonCodeBlockParser(), SkipParser()],
    patterns=["*.md"],
    excludes=["docs/_build/*"],
    fixtures=["in_a_fresh_folder"],
)
_docstrings = Sybil(
    name="docstrings",
    parsers=[DocTestParser(optionflags=doctest.ELLIPSIS)],
    patterns=["*.py"],
    excludes=["*test_*.py", "*conftest.py"],
    document_types={".py": PythonDocStringDocument},
)
pytest_collect_file = SybilCollection((_markdown, _docstrings)).pytest()


@pytest.hookimpl(wrapper=True)
def pytest_collection():
    """Do not look for garbage while tests are collected, nor, ever after, among them: they live to the end."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.enable()
        gc.collect()  # such as the classes that attrs replaces: subclasses of their bases as long as they live
        gc.freeze()


def pytest_unconfigure():
    """Let the end of the process find everything again: some libraries count what is left over."""
    gc.unfreeze()


@pytest.fixture(scope="module")
def in_a_fresh_folder(tmp_path_factory: pytest.TempPathFactory):
    """Run the code of one page in a folder of its own, with the examples within reach as `examples/`."""
    folder = tmp_path_factory.mktemp("page")
    (folder / "examples").symlink_to(ROOT / "examples", target_is_directory=True)
    before = Path.cwd()
    os.chdir(folder)
    yield folder
    os.chdir(before)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Return the folder of published test data, or skip with the reason where it is absent."""
    folder = Path(os.environ.get("CAREPROGRAM_SHARED_DATA") or ROOT.parent / "shared" / "data")
    if not folder.is_dir():
        pytest.skip("published test data are not here: set CAREPROGRAM_SHARED_DATA to their folder")
    return folder


@pytest.fixture(scope="session")
def example_county() -> Path:
    """Return the folder of the example county."""
    return ROOT / "examples" / "county"


@pytest.fixture(scope="session")
def postgresql():
    """Start a PostgreSQL server for this run alone, or skip with the reason where none can be started."""
    from careprogram.testing.postgresql import run_postgresql, why_no_postgresql

    reason = why_no_postgresql()
    if reason:
        pytest.skip(reason)
    with run_postgresql() as server:
        yield server
