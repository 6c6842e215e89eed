"""What importing the library costs, and what it pulls in."""

import json
import subprocess
import sys

import careprogram

HEAVY = ("cattrs", "pluggy", "hypothesis", "pytest", "numpy", "pylmcf", "sqlalchemy", "jinja2", "rich", "xlsxwriter")


def in_a_new_interpreter(code: str) -> str:
    return subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout


def test_importing_the_library_imports_nothing_heavy() -> None:
    """`import careprogram` loads neither cattrs, pluggy, hypothesis nor a solver."""
    loaded = json.loads(in_a_new_interpreter("import careprogram, sys, json; print(json.dumps(sorted(sys.modules)))"))
    assert "careprogram" in loaded
    assert not set(HEAVY) & {name.partition(".")[0] for name in loaded}


def test_importing_the_library_loads_none_of_its_rooms() -> None:
    """The public names are loaded on first use, so that the import itself does no work."""
    loaded = json.loads(in_a_new_interpreter("import careprogram, sys, json; print(json.dumps(sorted(sys.modules)))"))
    assert [name for name in loaded if name.startswith("careprogram.")] == []


def test_judging_needs_neither_the_plugin_machinery_nor_a_solver() -> None:
    """Somebody who only wants verdicts pays for verdicts only."""
    code = "import careprogram, sys, json; careprogram.judge; print(json.dumps(sorted(sys.modules)))"
    loaded = {name.partition(".")[0] for name in json.loads(in_a_new_interpreter(code))}
    assert not set(HEAVY) & loaded


def test_every_public_name_is_there_and_stated_once() -> None:
    """`__all__` is sorted, without repetition, and each name can be had."""
    names = careprogram.__all__
    assert list(names) == sorted(set(names), key=lambda name: (not name.isupper(), name[0].islower(), name))
    for name in names:
        assert getattr(careprogram, name) is not None
    assert set(names) <= set(dir(careprogram))


def test_a_misspelt_public_name_is_an_attribute_error() -> None:
    """The lazy face behaves like any module."""
    assert not hasattr(careprogram, "jugde")
