"""Does checking find exactly what is wrong, and tell it without telling the value?"""

import datetime as dt
import json
from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import pytest
from hypothesis import given
from hypothesis import strategies as st

from careprogram.archives import (
    BASE,
    FAMILY_AFFECTION,
    LEARNING,
    SHIPPED,
    ArchiveError,
    ArchiveSchema,
    check,
    classification_of,
    json_schema,
    validate,
)
from careprogram.errors import ValidationError
from careprogram.ids import LONGEST_NAME
from careprogram.ports import Put
from careprogram.privacy import Purpose, Role, Scope, Subject, Viewer, view
from careprogram.testing.archive_near_misses import near_misses
from careprogram.testing.strategies import documents

_GOLDEN = Path(__file__).parent / "golden"
_SCHEMAS = [schema for kind in SHIPPED for schema in kind.versions]
_BASE: dict[str, Any] = {"child": "c-1", "recorded_on": "2026-09-01"}


def _reasons(document: object, schema: ArchiveSchema = BASE.current) -> list[tuple[str, str]]:
    return [(problem.path, problem.reason) for problem in check(document, schema)]


@given(data=st.data(), schema=st.sampled_from(_SCHEMAS))
def test_what_fits_has_no_problem(data: st.DataObject, schema: ArchiveSchema) -> None:
    """Every document made after the schema is accepted, by us and by a JSON Schema validator."""
    document = data.draw(documents(schema))
    assert check(document, schema) == ()
    validate(document, schema)
    assert _peer(schema).is_valid(document)


def _peer(schema: ArchiveSchema) -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator(
        json_schema(schema), format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER
    )


@pytest.mark.parametrize("schema", [BASE.current, LEARNING.versions[0]], ids=lambda schema: schema.id)
def test_we_and_json_schema_agree_on_every_document(schema: ArchiveSchema) -> None:
    """The document on file, changed at every place in every way, is refused by us exactly when JSON Schema does.

    The laws of archives hold this for every version of every kind.
    """
    golden = json.loads((_GOLDEN / f"{schema.id}.{schema.version}.json").read_text(encoding="utf-8"))
    peer, refused = _peer(schema), 0
    for path, other in near_misses(golden["document"], schema):
        fits = check(other, schema) == ()
        assert fits is peer.is_valid(other), path
        refused += not fits
    assert refused > 50


@pytest.mark.parametrize("schema", _SCHEMAS, ids=lambda schema: f"{schema.id}-{schema.version}")
def test_the_exported_schema_is_one(schema: ArchiveSchema) -> None:
    """What we export follows the meta-schema of its draft, and is JSON."""
    jsonschema.Draft202012Validator.check_schema(json_schema(schema))
    assert json.loads(json.dumps(json_schema(schema))) == json_schema(schema)


@pytest.mark.parametrize(
    ("document", "found"),
    [
        (None, [("$", "type")]),
        ([], [("$", "type")]),
        ({}, [("$.child", "missing"), ("$.recorded_on", "missing")]),
        ({**_BASE, "child": ""}, [("$.child", "length")]),
        ({**_BASE, "child": None}, [("$.child", "missing")]),
        ({**_BASE, "recorded_on": "2026-02-30"}, [("$.recorded_on", "date")]),
        ({**_BASE, "recorded_on": "20260901"}, [("$.recorded_on", "date")]),
        ({**_BASE, "recorded_on": 20260901}, [("$.recorded_on", "date")]),
        ({**_BASE, "note": 7}, [("$.note", "type")]),
        ({**_BASE, "note": "x" * 2_001}, [("$.note", "length")]),
        ({**_BASE, "note": "\ud83d"}, [("$.note", "surrogate")]),
        ({**_BASE, "help_needed": "study"}, [("$.help_needed", "type")]),
        ({**_BASE, "help_needed": ["study", ""]}, [("$.help_needed[1]", "length")]),
        ({**_BASE, "help_needed": ["x"] * 1_001}, [("$.help_needed", "too-long")]),
        ({**_BASE, "home_adress": "x"}, [("$", "unknown-field")]),
        ({"nickname": 1, "note": 7}, [("$", "unknown-field"), ("$.child", "missing"), ("$.recorded_on", "missing"),
                                      ("$.note", "type")]),
    ],
)  # fmt: skip
def test_every_problem_is_found_by_its_path(document: object, found: list[tuple[str, str]]) -> None:
    """All problems of a document are told at once, each with path and reason."""
    assert _reasons(document) == found


def test_problems_inside_lists_name_the_entry() -> None:
    """A fault in one entry of a list of records is told with its index."""
    contacts = [{"on": "2026-09-01"}, {"on": "2026-09-08", "means": "pigeon"}, {"means": "call", "on": True}]
    assert _reasons({"child": "c-1", "contacts": contacts}, FAMILY_AFFECTION.current) == [
        ("$.contacts[1].means", "choice"),
        ("$.contacts[2].on", "date"),
    ]


@pytest.mark.parametrize(("mark", "reason"), [(-1, "range"), (7_501, "range"), (True, "type"), ("95", "type")])
def test_numbers_are_whole_and_within_their_bounds(mark: object, reason: str) -> None:
    """Nothing is coerced: a text or a yes is no number, and a number outside its bounds is told with them."""
    document = {"child": "c-1", "term_results": [{"term": "2026", "subject": "语文", "mark": mark}]}
    assert _reasons(document, LEARNING.current) == [("$.term_results[0].mark", reason)]


@pytest.mark.parametrize("reached", [1, "true", "是"])
def test_yes_and_no_are_not_written_otherwise(reached: object) -> None:
    """Only true and false are yes and no."""
    document = {"child": "c-1", "goals": [{"goal": "每天读书", "reached": reached}]}
    assert _reasons(document, LEARNING.current) == [("$.goals[0].reached", "type")]


def test_a_whole_number_in_the_form_of_a_fraction_is_refused() -> None:
    """The one point where we are stricter than JSON Schema: 95.0 is no whole number."""
    document = {"child": "c-1", "term_results": [{"term": "2026", "subject": "语文", "mark": 95.0}]}
    assert _reasons(document, LEARNING.current) == [("$.term_results[0].mark", "type")]


@given(data=st.data(), canary=st.uuids().map(str), schema=st.sampled_from(_SCHEMAS))
def test_no_value_and_no_stray_name_gets_into_a_message(
    data: st.DataObject, canary: str, schema: ArchiveSchema
) -> None:
    """Whatever stands in a wrong place, neither it nor a name of its own is repeated."""
    document: dict[str, Any] = {canary: canary}
    for field in schema.fields:
        document[field.name] = data.draw(
            st.sampled_from([{canary: canary}, [canary], [{canary: [canary]}], canary * 99])
        )
    with pytest.raises(ArchiveError) as caught:
        validate(document, schema)
    assert canary not in str(caught.value)
    assert canary not in repr(caught.value.problems)
    assert len(caught.value.problems) > len(schema.fields) // 2


def test_a_misspelled_field_is_told_what_it_may_mean() -> None:
    """A near miss is answered with the name that the schema knows, in both languages."""
    (problem,) = check({**_BASE, "home_adress": "x"}, BASE.current)
    assert problem.text.en == "field number 3 is unknown; did you mean 'home_address'?"
    assert problem.text.zh == "第 3 个字段未定义，是否指 home_address？"


def test_the_message_lists_every_problem_on_a_line() -> None:
    """An error names kind and version, then each path with what to do."""
    with pytest.raises(ArchiveError) as caught:
        validate({"child": "c-1", "note": 7}, BASE.current)
    assert str(caught.value) == (
        "no archive 'base' of version 1; mend the document at\n  $.recorded_on: is required\n  $.note: expected a text"
    )


def test_an_archive_is_seen_through_its_own_classes() -> None:
    """A helper at work reads the address of a base archive, but not the note for those who protect the child."""
    document = {**_BASE, "home_address": "幸福村三组", "contact_phone": "13912345678", "note": "父亲酗酒"}
    helper = Viewer(id="h-1", role=Role.HELPER, scope=Scope(children=["c-1"]))

    def look(purpose: Purpose) -> dict[str, object]:
        whom = Subject(id="c-1", serves=True)
        classes = classification_of(BASE.current)
        return view(document, classes, subject=whom, viewer=helper, purpose=purpose, as_of=dt.date(2026, 9, 1))

    seen = look(Purpose.CARE)
    assert seen == {**_BASE, "home_address": "幸福村三组", "contact_phone": "13912345678"}
    proposed = look(Purpose.PAIRING)
    assert proposed == _BASE


@pytest.mark.parametrize("length", [1, LONGEST_NAME, LONGEST_NAME + 1])
def test_a_reference_is_as_long_as_what_it_names_may_be(length: int) -> None:
    """A reference is taken exactly where a store would keep a record under that id."""
    name, document = "c" * length, {**_BASE, "child": "c" * length}
    try:
        Put(kind="child", id=name, document={})
    except ValidationError:
        assert length > LONGEST_NAME
        assert [path for path, _ in _reasons(document)] == ["$.child"]
    else:
        assert _reasons(document) == []
    assert _peer(BASE.current).is_valid(document) is (length <= LONGEST_NAME)
