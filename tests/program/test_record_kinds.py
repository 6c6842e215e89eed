"""Has every kind of record that the program keeps a class for each of its fields?"""

import ast
import typing
from collections.abc import Iterator
from pathlib import Path

import attrs
import pytest

import careprogram
from careprogram.archives import SHIPPED, ArchiveKind
from careprogram.builtin.contributions import standard_host
from careprogram.people import PlaceCode
from careprogram.privacy import (
    Classification,
    Sensitivity,
    Subject,
    classification,
    field_paths,
)
from careprogram.program import records
from careprogram.program.field_words import MODELS
from careprogram.program.record_kinds import (
    ARCHIVE_PREFIX,
    CONSENT,
    About,
    record_kinds,
    subject_of_child,
    subject_of_helper,
)

_KINDS = record_kinds(standard_host().archive_kinds())
_SOURCE = Path(careprogram.__file__).parent


def _inside_a_whole(path: str, classes: Classification) -> bool:
    parts = path.split(".")
    outer = (".".join(parts[:depth]) for depth in range(1, len(parts)))
    return any((found := classes.of(name)) is not None and found.whole for name in outer)


@pytest.mark.parametrize("kind", sorted(MODELS))
def test_every_field_of_a_record_is_classified(kind: str) -> None:
    """Each field of the model stands in the classes of its kind, or inside one shown whole; no class is stale."""
    classes = _KINDS[kind].classification
    paths = field_paths(MODELS[kind])
    missing = [path for path in classes.unclassified(paths) if not _inside_a_whole(path, classes)]
    wholes = {path.split(".")[0] for path in paths} | {path.rpartition(".")[0] for path in paths}
    assert missing == []
    assert set(classes.classes) - set(paths) - wholes == set()


def _hidden(model: type, path: str) -> bool:
    """Return whether the repr of *model* leaves out the field at *path*, or something around it."""
    name, _, rest = path.partition(".")
    name = name.removesuffix("[]")
    field = next(one for one in attrs.fields(model) if one.name == name)
    if field.repr is not True or not rest:
        return field.repr is not True
    record, _, _ = classification._record_in(typing.get_type_hints(model)[name])
    return record is not None and _hidden(record, rest)


# The report of a verdict is about nobody: it does not name the child.
@pytest.mark.parametrize("kind", sorted(set(MODELS) - {records.VERDICT, CONSENT}))
def test_no_repr_shows_what_is_personal(kind: str) -> None:
    """Whatever is personal or sensitive is left out of the repr of its record, a word or a yes included."""
    delicate = (Sensitivity.PERSONAL, Sensitivity.SENSITIVE)
    classes = _KINDS[kind].classification.classes
    shown = [path for path, one in classes.items() if one.sensitivity in delicate and not _hidden(MODELS[kind], path)]
    assert shown == []


def _kinds_in_source() -> Iterator[str]:
    """Return the name of every kind that some module puts, as its source says it."""
    constants: dict[str, str] = {}
    named: set[str] = set()
    for file in _SOURCE.rglob("*.py"):
        if "testing" in file.relative_to(_SOURCE).parts:
            continue
        text = file.read_text(encoding="utf-8")
        if "Put(" not in text and ': Final = "' not in text:
            continue
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
                if isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
                    constants[node.target.id] = node.value.value
            elif isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Put":
                kind = next(keyword.value for keyword in node.keywords if keyword.arg == "kind")
                if isinstance(kind, ast.Constant):
                    yield kind.value
                elif isinstance(kind, ast.Name):
                    named.add(kind.id)
    yield from (constants[name] for name in named)


def test_every_kind_that_is_kept_is_known() -> None:
    """Whatever the source puts into a store has an entry in the table of kinds: without one nobody could see it."""
    kept = set(_kinds_in_source())
    assert {"child", "pairing", "consent", "access-grant"} <= kept
    assert {kind for kind in kept if not kind.startswith(ARCHIVE_PREFIX)} <= set(_KINDS)


def test_every_archive_is_a_kind_of_record() -> None:
    """Each kind of archive that a host knows, shipped or of a plugin, is known with the classes of its schema."""
    for kind in SHIPPED:
        found = _KINDS[f"{ARCHIVE_PREFIX}{kind.id}"]
        assert isinstance(found.archive, ArchiveKind)
        assert found.child_column == found.child_field == "child"
        assert {field.name for field in kind.current.fields} <= set(found.classification.classes)
        assert found.retentions


@pytest.mark.parametrize("kind", sorted(_KINDS))
def test_a_kind_says_whom_it_is_about(kind: str) -> None:
    """What is about a child can be found by the child; what an id tells and a column tells is a field with a class."""
    found = _KINDS[kind]
    assert found.title.zh != found.title.en
    if found.about is About.OF_CHILD:
        assert found.child_column == "child"
        assert found.retentions
    if found.classification.classes:
        assert {found.reveals, *found.columns.values()} <= set(found.classification.classes)


def test_subjects_are_read_from_whatever_stands_there() -> None:
    """A record without place or birth date, or with nonsense in their stead, is guarded like one of a young child."""
    assert subject_of_child("c", None) == Subject(id="c")
    assert subject_of_child("c", {"birth_date": {"unknown": True}, "residence": {"place": "x"}}) == Subject(id="c")
    whole = {"birth_date": "2016-05-01", "residence": {"place": "520526101203"}}
    assert subject_of_child("c", whole).place == PlaceCode("520526101203")
    assert not subject_of_helper("h", {"kind": "classmate"}).serves
    assert subject_of_helper("h", {"kind": "cadre"}).serves
