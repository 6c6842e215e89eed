"""Are schemas that could not work refused when they are made?"""

from collections.abc import Callable
from typing import Any

import attrs
import pytest

from careprogram.archives import (
    ATTACHMENT,
    BASE,
    HEALTH,
    SHIPPED,
    ArchiveField,
    ArchiveKind,
    ArchiveSchema,
    ChoiceType,
    DateType,
    ListType,
    RecordType,
    ReferenceType,
    TextType,
    classification_of,
)
from careprogram.archives.schema import SUBJECT
from careprogram.errors import ValidationError
from careprogram.language import Text
from careprogram.people import Sex
from careprogram.privacy import DataClass, Mask, Purpose, Retention, RetentionStart, Sensitivity

_TITLE = Text("日记", "diary")


def _field(name: str = "note", **changes: Any) -> ArchiveField:
    plain = ArchiveField(
        name="note",
        type=TextType(),
        label=_TITLE,
        sensitivity=Sensitivity.PERSONAL,
        purposes=frozenset({Purpose.CARE}),
    )
    return attrs.evolve(plain, name=name, **changes)


_FROM_RECORDING = Retention(start=RetentionStart.RECORDED, months=36)
_SUBJECT = _field("child", type=ReferenceType(to="child"), required=True)


def _schema(*fields: ArchiveField, id: str = "diary", version: int = 1) -> ArchiveSchema:  # noqa: A002
    return ArchiveSchema(id=id, version=version, title=_TITLE, fields=fields or (_SUBJECT,))


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda: _field("Home address"), "cannot name a field"),
        (lambda: _field("名字"), "cannot name a field"),
        (lambda: _field("homeAddress"), "cannot name a field"),
        (lambda: _field(purposes=frozenset()), "name a purpose"),
        (lambda: _schema(id=""), "cannot name a kind"),
        (lambda: _schema(id="../etc"), "cannot name a kind"),
        (lambda: _schema(version=0), "counted from 1"),
        (lambda: _schema(version=True), "counted from 1"),
        (lambda: _schema(_SUBJECT, _field("a"), _field("a")), r"there twice: \['a'\]"),
        (lambda: _schema(_field("a")), "whom it is about"),
        (lambda: _schema(attrs.evolve(_SUBJECT, required=False)), "whom it is about"),
        (lambda: _schema(attrs.evolve(_SUBJECT, type=ReferenceType(to="helper"))), "whom it is about"),
        (lambda: ListType(of=ListType(of=TextType())), "list of lists"),
        (lambda: RecordType(fields=()), "at least one field"),
        (lambda: RecordType(fields=(_field("a"), _field("a"))), "there twice"),
        (lambda: ChoiceType(choices=()), "one or more different"),
        (lambda: ChoiceType.of([Sex.MALE, Sex.MALE]), "one or more different"),
        (lambda: ArchiveKind(versions=()), "one kind"),
        (lambda: _schema(_SUBJECT, _field(retention=_FROM_RECORDING)), "add a required date"),
        (
            lambda: _schema(_SUBJECT, _field(retention=_FROM_RECORDING), _field("recorded_on", type=DateType())),
            "add a required date",
        ),
        (
            lambda: _schema(_SUBJECT, _field("recorded_on", required=True, retention=_FROM_RECORDING)),
            "add a required date",
        ),
        (
            lambda: _schema(_SUBJECT, _field("a", type=RecordType(fields=(_field(retention=_FROM_RECORDING),)))),
            "add a required date",
        ),
    ],
)
def test_a_schema_that_could_not_work_is_refused(make: Callable[[], object], reason: str) -> None:
    """Each fault is told when the schema is made, long before the first archive is written."""
    with pytest.raises(ValidationError, match=reason):
        make()


def test_kinds_of_plugins_have_a_prefix_of_their_own() -> None:
    """A dot in the id keeps the kinds of one plugin apart from those of another."""
    assert _schema(id="ngo-x.reading-diary").id == "ngo-x.reading-diary"


@pytest.mark.parametrize("kind", SHIPPED, ids=lambda kind: kind.id)
def test_shipped_kinds_are_labelled_in_both_languages(kind: ArchiveKind) -> None:
    """Every field, at any depth, has a Chinese and an English label that differ, and a class."""

    def all_fields(fields: tuple[ArchiveField, ...]) -> list[ArchiveField]:
        found = list(fields)
        for field in fields:
            inner = field.type.of if isinstance(field.type, ListType) else field.type
            if isinstance(inner, RecordType):
                found += all_fields(inner.fields)
        return found

    fields = all_fields(kind.current.fields)
    assert len(classification_of(kind.current).classes) == len(fields)
    for field in fields:
        assert field.label.zh
        assert field.label.en
        assert not field.label.zh.isascii()
        assert field.label.en.isascii()


def test_shipped_kinds_have_ids_of_their_own() -> None:
    """The kinds of requirements D1 to D6 ship, each under one id."""
    assert [kind.id for kind in SHIPPED] == [
        "base",
        "learning",
        "family-affection",
        "health",
        "hardship-case",
        "growth-record",
        "survey",
        "attachment",
    ]


def test_what_hurts_most_is_guarded_as_a_whole() -> None:
    """That something was found, told or treated is as sensitive as what; a container guards all that is in it."""
    classes = classification_of(HEALTH.current).classes
    for path in ("findings", "parents_told", "treatments", "checks[].height", "checks[].screening[].finding"):
        assert classes[path].sensitivity is Sensitivity.SENSITIVE
        assert Purpose.CARE not in classes[path].purposes


def test_what_may_speak_of_a_guardian_who_does_harm_is_guarded() -> None:
    """Who reported a case and what was seen, a visitor's note, and a place's own questions are kept from a copy."""
    guarded = {
        f"{kind.id}/{path}"
        for kind in SHIPPED
        for path, field in classification_of(kind.current).classes.items()
        if field.guarded
    }
    hardship = ("kinds", "account", "reported_by", "progress", "result", "attachments")
    assert guarded == {"base/note", "survey/own_answers", *(f"hardship-case/{name}" for name in hardship)}


def test_a_field_says_what_kind_of_fact_it_holds() -> None:
    """How to reach somebody is one kind of fact, agreed to by itself; where nothing is said, the purposes tell."""
    classes = classification_of(BASE.current).classes
    reach = {path for path, field in classes.items() if field.data_class is DataClass.CONTACT}
    assert reach == {"home_address", "contact_name", "contact_phone"}
    assert classes["father_work_place"].data_class is DataClass.FAMILY


def test_no_field_could_take_the_content_of_an_attachment() -> None:
    """An attachment is known by digest, media type and size, and its longest text is a name."""
    longest = [field.type.longest for field in ATTACHMENT.current.fields if isinstance(field.type, TextType)]
    assert max(longest) == 200
    assert {"digest", "media_type", "size"} <= {field.name for field in ATTACHMENT.current.fields}


def test_the_classification_of_a_schema_follows_its_fields() -> None:
    """Fields inside records and lists get the path under which they are seen, with sensitivity, purposes and mask."""
    entry = RecordType(fields=(_field("who", mask=Mask.NAME, sensitivity=Sensitivity.SENSITIVE),))
    classes = classification_of(
        _schema(_SUBJECT, _field("visits", type=ListType(of=entry)), _field("home", type=entry))
    ).classes
    assert set(classes) == {SUBJECT, "visits", "visits[].who", "home", "home.who"}
    assert classes["visits[].who"].mask is Mask.NAME
    assert classes["home.who"].sensitivity is Sensitivity.SENSITIVE
    assert classes["visits"].purposes == {Purpose.CARE}
