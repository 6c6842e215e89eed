"""Do old archives open in new versions, and does no gap get by?"""

import copy
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from careprogram.archives import (
    BASE,
    LEARNING,
    SHIPPED,
    ArchiveError,
    ArchiveField,
    ArchiveKind,
    ArchiveSchema,
    DateType,
    RecordType,
    ReferenceType,
    TextType,
    Upcaster,
    json_schema,
    open_archive,
    validate,
)
from careprogram.errors import ValidationError
from careprogram.language import Text
from careprogram.privacy import Purpose, Sensitivity

_GOLDEN = Path(__file__).parent / "golden"
_TITLE = Text("日记", "diary")


def _field(name: str, type_: Any = None, *, required: bool = False) -> ArchiveField:
    return ArchiveField(
        name=name,
        type=type_ or TextType(),
        label=_TITLE,
        sensitivity=Sensitivity.PERSONAL,
        purposes=frozenset({Purpose.CARE}),
        required=required,
    )


def _schema(version: int, *fields: ArchiveField) -> ArchiveSchema:
    subject = _field("child", ReferenceType(to="child"), required=True)
    return ArchiveSchema(id="diary", version=version, title=_TITLE, fields=(subject, *fields))


_ONE = _schema(1, _field("note"), _field("day", DateType()))
_TWO = _schema(2, _field("text"), _field("day", DateType()))
_THREE = _schema(3, _field("entry", RecordType(fields=(_field("text"), _field("day", DateType())))))


def _rename(document: dict[str, object]) -> dict[str, object]:
    if "note" in document:
        document["text"] = document.pop("note")
    return document


def _nest(document: Mapping[str, object]) -> dict[str, object]:
    entry = {name: document[name] for name in ("text", "day") if name in document}
    return {"child": document["child"], "entry": entry}


def _step(version: int, lift: Any) -> Upcaster:
    return Upcaster(from_version=version, lift=lift, text=Text("改名", "renamed"))


_DIARY = ArchiveKind(versions=(_ONE, _TWO, _THREE), upcasters=(_step(1, _rename), _step(2, _nest)))


def test_an_old_archive_opens_as_the_current_version() -> None:
    """A document of version 1 goes through every step; one of the current version goes through none."""
    old = {"child": "c-1", "note": "今天妈妈来电话", "day": "2026-09-01"}
    new = {"child": "c-1", "entry": {"text": "今天妈妈来电话", "day": "2026-09-01"}}
    assert open_archive(old, _DIARY, version=1) == new
    assert open_archive({"child": "c-1", "text": old["note"], "day": old["day"]}, _DIARY, version=2) == new
    assert open_archive(new, _DIARY, version=3) == new


@given(
    st.fixed_dictionaries(
        {"child": st.just("c-1")},
        optional={
            "note": st.none() | st.text(st.characters(exclude_categories=["Cs"])),
            "day": st.none() | st.dates().map(str),
        },
    )
)
def test_lifting_loses_nothing_and_leaves_the_stored_document_alone(old: dict[str, object]) -> None:
    """Every value of an old document is in the lifted one, gaps stay gaps, and the original is as it was."""
    before = copy.deepcopy(old)
    entry = open_archive(old, _DIARY, version=1)["entry"]
    assert isinstance(entry, dict)
    assert old == before
    assert ("text" in entry, entry.get("text")) == ("note" in old, old.get("note"))
    assert ("day" in entry, entry.get("day")) == ("day" in old, old.get("day"))


def test_what_is_opened_is_a_copy() -> None:
    """Changing an opened archive does not change what is stored."""
    stored: dict[str, Any] = {"child": "c-1", "entry": {"text": "甲"}}
    opened: Any = open_archive(stored, _DIARY, version=3)
    opened["entry"]["text"] = "乙"
    assert stored["entry"]["text"] == "甲"


@pytest.mark.parametrize(
    ("versions", "upcasters"),
    [
        ((_ONE, _THREE), (_step(1, _rename),)),
        ((_TWO, _THREE), (_step(2, _nest),)),
        ((_TWO, _ONE, _THREE), (_step(1, _rename), _step(2, _nest))),
        ((_ONE, _ONE), (_step(1, _rename),)),
        ((_ONE, _TWO), ()),
        ((_ONE, _TWO), (_step(2, _nest),)),
        ((_ONE, _TWO), (_step(1, _rename), _step(1, _rename))),
        ((_ONE,), (_step(1, _rename),)),
        ((_ONE, _TWO, _THREE), (_step(2, _nest), _step(1, _rename))),
    ],
)
def test_a_chain_with_a_gap_cannot_be_made(
    versions: tuple[ArchiveSchema, ...], upcasters: tuple[Upcaster, ...]
) -> None:
    """A missing, doubled or misplaced version or step is found when the kind is made."""
    with pytest.raises(ValidationError, match="are there for versions") as caught:
        ArchiveKind(versions=versions, upcasters=upcasters)
    assert caught.value.reason == "gap"


def test_schemas_of_two_kinds_are_no_kind() -> None:
    """A kind has one id through all its versions."""
    with pytest.raises(ValidationError, match="one kind"):
        ArchiveKind(versions=(_ONE, attrs.evolve(_TWO, id="letters")), upcasters=(_step(1, _rename),))


@pytest.mark.parametrize("version", [0, -1, 4])
def test_a_version_from_elsewhere_is_refused(version: int) -> None:
    """An archive of a version that this program does not know is not guessed at."""
    with pytest.raises(ArchiveError, match="knows versions 1 to 3"):
        open_archive({"child": "c-1"}, _DIARY, version=version)


def test_a_stored_document_that_does_not_fit_is_refused() -> None:
    """What does not fit the version it claims is told with the path, before any step."""
    with pytest.raises(ArchiveError, match=r"version 1 as stored.*\n.*\$\.day: expected a date"):
        open_archive({"child": "c-1", "day": "yesterday"}, _DIARY, version=1)


def test_a_step_that_makes_nonsense_is_named() -> None:
    """A step whose document does not fit the next version is named with the path, never with the value."""
    lossy = ArchiveKind(versions=(_ONE, _TWO), upcasters=(_step(1, lambda document: {**document, "text": 7}),))
    with pytest.raises(ArchiveError, match="lifting from version 1: does not fit version 2") as caught:
        open_archive({"child": "c-1", "note": "悄悄话"}, lossy, version=1)
    assert [problem.path for problem in caught.value.problems] == ["$", "$.text"]
    assert "悄悄话" not in str(caught.value)


def _raise(document: Mapping[str, object]) -> dict[str, object]:
    raise ValueError(f"cannot read {document['note']}")


def test_a_step_that_raises_tells_nothing_of_the_archive() -> None:
    """The error names kind and step; neither its text nor its cause holds what the step was reading."""
    broken = ArchiveKind(versions=(_ONE, _TWO), upcasters=(_step(1, _raise),))
    with pytest.raises(ArchiveError, match="lifting from version 1: the upcaster raised ValueError") as caught:
        open_archive({"child": "c-1", "note": "悄悄话"}, broken, version=1)
    assert "悄悄话" not in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None


@pytest.mark.parametrize("kind", SHIPPED, ids=lambda kind: kind.id)
def test_every_shipped_version_has_its_golden_file(kind: ArchiveKind) -> None:
    """Each version that ever shipped is on file: its JSON Schema word for word, and a document that still opens."""
    for schema in kind.versions:
        golden = json.loads((_GOLDEN / f"{schema.id}.{schema.version}.json").read_text(encoding="utf-8"))
        assert json_schema(schema) == golden["json_schema"]
        validate(golden["document"], schema)
        assert set(golden["document"]) == {field.name for field in schema.fields}
        assert open_archive(golden["document"], kind, version=schema.version) == golden["opened"]


def test_no_version_that_ever_shipped_is_gone() -> None:
    """Every golden file belongs to a version that still opens: taking a version away is seen here."""
    on_file = {file.stem for file in _GOLDEN.glob("*.json")}
    assert on_file == {f"{schema.id}.{schema.version}" for kind in SHIPPED for schema in kind.versions}


@pytest.mark.parametrize("kind", SHIPPED, ids=lambda kind: kind.id)
def test_a_schema_that_changes_without_a_new_version_is_seen(kind: ArchiveKind) -> None:
    """Planted: one label, one length or one sensitivity otherwise, and the golden file no longer agrees."""
    golden = json.loads((_GOLDEN / f"{kind.id}.{kind.current.version}.json").read_text(encoding="utf-8"))
    last = kind.current.fields[-1]
    for changed in (
        attrs.evolve(last, label=Text("别的", "other")),
        attrs.evolve(last, sensitivity=Sensitivity.INTERNAL if last.sensitivity is Sensitivity.PERSONAL else
                     Sensitivity.PERSONAL),
        attrs.evolve(last, type=DateType()),
    ):  # fmt: skip
        schema = attrs.evolve(kind.current, fields=(*kind.current.fields[:-1], changed))
        assert json_schema(schema) != golden["json_schema"]


def test_the_learning_archive_of_version_one_keeps_each_text() -> None:
    """What stood in one text is the first entry of a list; "there is none" stays, and so does "nobody answered"."""
    old = {"child": "c-1", "plan": "每天读书", "habits": None}
    assert open_archive(old, LEARNING, version=1) == {"child": "c-1", "plans": [{"text": "每天读书"}], "habits": None}


def test_the_base_archive_of_version_one_reads_as_it_was_written() -> None:
    """The first base archive keeps every one of its fields, in the current version as well."""
    golden = json.loads((_GOLDEN / "base.1.json").read_text(encoding="utf-8"))
    opened = open_archive(golden["document"], BASE, version=1)
    assert opened["home_address"] == "紫云县猫营镇大坪村三组"
    assert opened["help_needed"] == ["study-tutoring", "emotional-comfort"]
