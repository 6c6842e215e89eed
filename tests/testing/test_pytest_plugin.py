"""Can a project that knows nothing of our markers run the suites?"""

from typing import Any

pytest_plugins = ["pytester"]

_SUITE = """
from careprogram.builtin.memory_store import MemoryStore
from careprogram.testing import store_conformance

TestOurStore = store_conformance(lambda folder: MemoryStore(), examples=1)
"""


def test_a_project_with_strict_markers_collects_the_suite(pytester: Any) -> None:
    """The marker of the suites is known wherever careprogram is installed: no warning, and no refusal."""
    pytester.makepyfile(test_ours=_SUITE)
    result = pytester.runpytest_inprocess("-p", "no:cacheprovider", "--collect-only", "-q", "--strict-markers")
    assert result.ret == 0
    assert "PytestUnknownMarkWarning" not in result.stdout.str()
