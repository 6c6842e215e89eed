"""Do the laws of archives hold for what ships, and does each planted fault break the law that speaks of it?"""

import itertools
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import attrs
import pytest
from hypothesis import given, settings

from careprogram.archives import (
    SHIPPED,
    ArchiveError,
    ArchiveField,
    ArchiveKind,
    ArchiveSchema,
    DocumentProblem,
    ListType,
    NumberType,
    RecordType,
    ReferenceType,
    TextType,
    Upcaster,
    check,
    extended,
    json_schema,
)
from careprogram.archives.kinds.survey import FREQUENCY
from careprogram.language import Text
from careprogram.ports import dumps
from careprogram.privacy import Classification, Purpose, Sensitivity
from careprogram.testing import BrokenArchiveLawError, archive_law_suite, archive_laws
from careprogram.testing.archive_neighbors import neighbors
from careprogram.testing.strategies import documents

_TITLE = Text("日记", "diary")
_DEEP = settings.default.max_examples > 1_000
_EXAMPLES = 100 if _DEEP else 1


def _field(name: str, type_: Any, *, required: bool = False) -> ArchiveField:
    return ArchiveField(
        name=name,
        type=type_,
        label=_TITLE,
        sensitivity=Sensitivity.PERSONAL,
        purposes=frozenset({Purpose.CARE}),
        required=required,
    )


_FIELDS = (
    _field("child", ReferenceType(to="child"), required=True),
    _field("mood", FREQUENCY),
    _field("stars", NumberType(lowest=0, highest=50)),
    _field("pages", ListType(of=RecordType(fields=(_field("text", TextType(longest=99), required=True),
                                                   _field("note", TextType(longest=99)))))),
)  # fmt: skip
_ONE = ArchiveSchema(id="diary", version=1, title=_TITLE, fields=_FIELDS)


def _diary(lift: Callable[[dict[str, Any]], Mapping[str, object]]) -> ArchiveKind:
    two = attrs.evolve(_ONE, version=2)
    return ArchiveKind(versions=(_ONE, two), upcasters=(Upcaster(from_version=1, lift=lift, text=_TITLE),))


@pytest.mark.promise
@pytest.mark.parametrize("kind", SHIPPED, ids=lambda kind: kind.id)
def test_the_shipped_kinds_keep_every_law(kind: ArchiveKind) -> None:
    """Every version of every kind keeps all seven laws, the differential one against JSON Schema included."""
    report = archive_laws(kind, examples=_EXAMPLES)
    assert len(report.kept) == 7
    assert report.not_tried == {}


def test_a_schema_alone_and_an_extended_kind_are_tried_too() -> None:
    """A first version needs no kind around it; own fields on a shipped kind keep the laws of the shipped one."""
    assert archive_laws(_ONE, examples=3).kept
    assert archive_laws(_diary(lambda document: document), examples=3).kept
    kind = extended(SHIPPED[1], id="ngo-x.learning", title=_TITLE, fields=(_field("ngo_x", TextType()),))
    assert archive_laws(kind, examples=1).kept


def _without(name: str) -> Callable[[dict[str, Any]], dict[str, Any]]:
    return lambda document: {key: value for key, value in document.items() if key != name}


def _null_is_nothing(document: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in document.items() if value is not None}


def _empty_for_null(document: dict[str, Any]) -> dict[str, Any]:
    return {**document, "pages": document.get("pages") or []}


def _coarser(document: dict[str, Any]) -> dict[str, Any]:
    return document | ({"mood": "never"} if document.get("mood") == "seldom" else {})


def _capped(document: dict[str, Any]) -> dict[str, Any]:
    stars = document.get("stars")
    return document | ({"stars": stars // 10 * 10} if isinstance(stars, int) else {})


def _notes_dropped(document: dict[str, Any]) -> dict[str, Any]:
    pages = document.get("pages")
    return document | ({"pages": [{"text": page["text"]} for page in pages]} if pages else {})


def _last_page_dropped(document: dict[str, Any]) -> dict[str, Any]:
    pages = document.get("pages")
    return document | ({"pages": pages[:-1]} if pages else {})


def _unfit(document: dict[str, Any]) -> dict[str, Any]:
    return document | {"stars": "many"}


def _raising(document: dict[str, Any]) -> dict[str, Any]:
    return document | {"stars": document["stars"]}


def _counting() -> Callable[[dict[str, Any]], dict[str, Any]]:
    counter: Iterator[int] = itertools.count()
    return lambda document: document | {"stars": next(counter) % 50}


_LOSSY = {
    "a field is dropped": _without("mood"),
    "null becomes left out": _null_is_nothing,
    "an empty list for null": _empty_for_null,
    "two answers become one": _coarser,
    "a number is rounded": _capped,
    "a field inside a list is dropped": _notes_dropped,
    "the last entry is dropped": _last_page_dropped,
    "the result does not fit": _unfit,
    "it raises where a field is left out": _raising,
    "it counts its calls": _counting(),
}


@pytest.mark.promise
@pytest.mark.parametrize("fault", _LOSSY)
def test_a_step_that_loses_something_is_caught(fault: str) -> None:
    """Ten planted faults of an upcaster break the law of upcasting, and no other."""
    with pytest.raises(BrokenArchiveLawError) as caught:
        archive_laws(_diary(_LOSSY[fault]), examples=3)
    assert {one.law.name for one in caught.value.broken} == {"upcasts"}
    assert "remedy:" in str(caught.value)


def _nobody_minds(document: object, schema: ArchiveSchema) -> tuple[DocumentProblem, ...]:
    return tuple(problem for problem in check(document, schema) if problem.reason != "range")


def _too_strict(document: Any, schema: ArchiveSchema) -> tuple[DocumentProblem, ...]:
    wrong = DocumentProblem(path="$.stars", reason="range", text=_TITLE)
    return (*check(document, schema), *([wrong] if isinstance(document, dict) and document.get("stars") else ()))


def _talkative(document: object, schema: ArchiveSchema) -> None:
    problems = check(document, schema)
    if problems:
        raise ArchiveError(f"no archive: {document}", problems=problems)


def _open_schema(schema: ArchiveSchema) -> dict[str, object]:
    return json_schema(schema) | {"additionalProperties": True}


@pytest.mark.promise
@pytest.mark.parametrize(
    ("name", "fault", "law"),
    [
        ("check", _nobody_minds, "json-schema"),
        ("check", _too_strict, "fits"),
        ("validate", _talkative, "silent"),
        ("validate", lambda *_: None, "silent"),
        ("json_schema", _open_schema, "json-schema"),
        ("dumps", lambda document: dumps({**document, "stars": 0}), "round-trip"),
    ],
)
def test_a_fault_of_the_house_is_caught(monkeypatch: pytest.MonkeyPatch, name: str, fault: Any, law: str) -> None:
    """Planted into what the laws ask, each fault breaks the law that speaks of it."""
    monkeypatch.setattr(archive_law_suite, name, fault)
    with pytest.raises(BrokenArchiveLawError) as caught:
        archive_laws(_ONE, examples=3)
    assert law in {one.law.name for one in caught.value.broken}


@pytest.mark.promise
def test_an_unclassified_field_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    """Classes that stop at the first level leave the fields of the entries open."""
    whole = archive_law_suite.classification_of

    def shallow(schema: ArchiveSchema) -> Classification:
        return Classification({path: one for path, one in whole(schema).classes.items() if "[]" not in path})

    monkeypatch.setattr(archive_law_suite, "classification_of", shallow)
    with pytest.raises(BrokenArchiveLawError, match=r"nobody says how sensitive pages\[\]\."):
        archive_laws(_ONE, examples=3)


@pytest.mark.promise
@pytest.mark.parametrize("label", [Text("", "diary"), Text("日记", " ")])
def test_a_label_in_one_language_is_caught(label: Text) -> None:
    """Whoever reads the other language sees a field without a name."""
    unnamed = attrs.evolve(_ONE, fields=(*_FIELDS[:-1], attrs.evolve(_FIELDS[-1], label=label)))
    with pytest.raises(BrokenArchiveLawError, match="pages has no label"):
        archive_laws(unnamed, examples=3)


def test_without_the_library_the_report_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """The law about JSON Schema is not left out in silence."""
    monkeypatch.setattr(archive_law_suite.importlib.util, "find_spec", lambda _: None)  # type: ignore[attr-defined]
    report = archive_laws(_ONE, examples=3)
    assert report.not_tried == {"json-schema": "jsonschema is not installed"}
    assert "json-schema" not in report.kept


@given(documents(_ONE))
def test_neighbors_fit_and_differ(document: dict[str, Any]) -> None:
    """Each is another archive of the same schema, and there is one for every value that can change."""
    told = list(neighbors(document, _ONE))
    for path, other in told:
        assert check(other, _ONE) == (), path
        assert dumps(other) != dumps(document), path
    assert {path.partition("[")[0] for path, _ in told} >= {name for name in document if document[name] != []}
