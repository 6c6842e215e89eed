"""What may an archive hold?

An archive schema is a typed value: a kind, a version, and fields, each with a type, a sensitivity, the purposes it is
gathered for, how long it is kept, and a label in both languages. An archive is always about one child. Nothing here
checks a document (`validation`) or opens an old one (`versions`).
"""

from collections.abc import Iterable, Iterator
from typing import TypeAlias

import attrs

from careprogram.errors import ValidationError
from careprogram.language import Text
from careprogram.people import Answer
from careprogram.privacy import DataClass, Mask, Purpose, Retention, RetentionStart, Sensitivity

SUBJECT = "child"
"""The field of every archive that says which child it is about."""


@attrs.frozen(kw_only=True)
class TextType:
    """A text.

    Attributes:
        longest: Characters (code points) at the most.
    """

    longest: int = 2_000


@attrs.frozen(kw_only=True)
class NumberType:
    """A whole number of a stated unit; there are no fractions, so measures are in millimeters, grams, tenths.

    Attributes:
        lowest: The least that is believed.
        highest: The most that is believed.
        unit: What is counted, such as ``"mm"``; empty for a plain count.
    """

    lowest: int
    highest: int
    unit: str = ""


@attrs.frozen
class YesNoType:
    """Yes or no."""


@attrs.frozen(kw_only=True)
class DateType:
    """A day, written ``2026-09-01``.

    Attributes:
        happened: Whether it is the day of something that has happened: a later day than today is not kept. What is on
            file opens whatever its days are.
    """

    happened: bool = False


@attrs.frozen(kw_only=True)
class Choice:
    """One of the answers of a choice.

    Attributes:
        value: Stable English id, as stored.
        label: What people see.
    """

    value: str
    label: Text


def _distinct_choices(_: object, __: object, choices: tuple[Choice, ...]) -> None:
    values = [choice.value for choice in choices]
    if not values or len(set(values)) != len(values):
        raise ValidationError(f"a choice needs one or more different answers, not {values}", reason="choices")


@attrs.frozen(kw_only=True)
class ChoiceType:
    """One of a few answers.

    Attributes:
        choices: The answers, in the order in which they are offered.

    Raises:
        ValidationError: There is none, or two have one value.
    """

    choices: tuple[Choice, ...] = attrs.field(validator=_distinct_choices)

    @classmethod
    def of(cls, answers: Iterable[Answer]) -> "ChoiceType":
        """Return the choice among the members of an enumeration of ``people``."""
        return cls(
            choices=tuple(
                Choice(value=str(answer.value), label=Text(answer.label("zh"), answer.label("en")))
                for answer in answers
            )
        )


@attrs.frozen(kw_only=True)
class ReferenceType:
    """The opaque id of a record kept elsewhere.

    Attributes:
        to: The kind of that record, such as ``"child"`` or ``"attachment"``.
    """

    to: str


@attrs.frozen
class DigestType:
    """The SHA-256 digest of something that is kept elsewhere, as 64 hexadecimal digits in lower case."""


@attrs.frozen(kw_only=True)
class RecordType:
    """Several fields that belong together.

    Attributes:
        fields: In the order in which they are shown.

    Raises:
        ValidationError: There is none, or two have one name.
    """

    fields: "tuple[ArchiveField, ...]" = attrs.field(validator=lambda _, __, fields: _check_fields(fields))


@attrs.frozen(kw_only=True)
class ListType:
    """Several values of one type.

    Attributes:
        of: The type of each; not a list again.
        longest: Entries at the most.

    Raises:
        ValidationError: It is a list of lists.
    """

    of: "FieldType" = attrs.field()
    longest: int = 1_000

    def __attrs_post_init__(self) -> None:
        if isinstance(self.of, ListType):
            raise ValidationError("a list of lists has no names for its parts: make it a list of records")


FieldType: TypeAlias = (
    TextType | NumberType | YesNoType | DateType | ChoiceType | ReferenceType | DigestType | RecordType | ListType
)
"""What a field can hold."""


@attrs.frozen(kw_only=True)
class ArchiveField:
    """One field of an archive.

    Attributes:
        name: An identifier in lower case, as in ``home_address``.
        type: What it holds.
        label: What people see.
        sensitivity: How delicate it is.
        purposes: What it may be used for.
        retention: How long it is kept.
        required: Whether it must be there. Otherwise it may be left out (nobody answered) or ``null`` (there is none).
        mask: How it is shown to somebody who may only recognize it.
        data_class: What kind of fact it holds, as a consent names it; follows from the purposes if not given.
        guarded: Whether it can tell that somebody thinks a child is harmed. Then the child and its guardian, who may be
            the one who does harm, do not see it among their own.

    Raises:
        ValidationError: The name cannot be one, or a field that is not public has no purpose.
    """

    name: str
    type: FieldType
    label: Text
    sensitivity: Sensitivity
    purposes: frozenset[Purpose]
    retention: Retention = Retention(start=RetentionStart.SERVICE_ENDED, months=24)
    required: bool = False
    mask: Mask | None = None
    data_class: DataClass | None = None
    guarded: bool = False

    def __attrs_post_init__(self) -> None:
        if not (self.name.isascii() and self.name.isidentifier() and self.name == self.name.lower()):
            raise ValidationError(f"{self.name!r} cannot name a field: write it like home_address", reason="name")
        if not self.purposes and self.sensitivity is not Sensitivity.PUBLIC:
            raise ValidationError(f"field {self.name!r} is not public: name a purpose for it", reason="purpose")


@attrs.frozen(kw_only=True)
class ArchiveSchema:
    """One version of one kind of archive.

    Attributes:
        id: The kind, such as ``"base"`` or ``"ngo-x.reading-diary"``.
        version: From 1.
        title: What people call it.
        fields: In the order in which they are shown.
        recorded: The field with the day on which it was recorded; periods that begin with it are counted from there.

    Raises:
        ValidationError: The id or version cannot be one, two fields have one name, no required field ``child`` refers
            to a child, or a field is kept from the day of recording and no required field holds that day.
    """

    id: str
    version: int
    title: Text
    fields: tuple[ArchiveField, ...]
    recorded: str = "recorded_on"

    def __attrs_post_init__(self) -> None:
        if not self.id or not all(part.replace("-", "").isalnum() for part in self.id.split(".")):
            raise ValidationError(f"{self.id!r} cannot name a kind of archive: write it like family-affection")
        if type(self.version) is not int or self.version < 1:
            raise ValidationError(f"archive {self.id!r}: versions are counted from 1", reason="version")
        _check_fields(self.fields)
        subject = self.field(SUBJECT)
        if subject is None or not subject.required or subject.type != ReferenceType(to="child"):
            raise ValidationError(
                f"archive {self.id!r} must say whom it is about: add a required field 'child' that refers to a child",
                reason="subject",
            )
        day = self.field(self.recorded)
        if (day is None or not day.required or not isinstance(day.type, DateType)) and any(
            retention.start is RetentionStart.RECORDED for retention in self.retentions
        ):
            raise ValidationError(
                f"archive {self.id!r} is kept from the day of recording: add a required date and name it in 'recorded'",
                reason="recorded",
            )

    @property
    def retentions(self) -> tuple[Retention, ...]:
        """Every period that one of its fields is kept for, those inside records and lists included, each once."""
        return tuple(dict.fromkeys(field.retention for _, field in every_field(self.fields)))

    def field(self, name: str) -> ArchiveField | None:
        """Return the field of that name, or None."""
        return next((field for field in self.fields if field.name == name), None)


def every_field(fields: Iterable[ArchiveField], prefix: str = "") -> Iterator[tuple[str, ArchiveField]]:
    """Go through *fields* with their paths, such as ``calls[].means``: each before those inside it."""
    for field in fields:
        path = f"{prefix}{field.name}"
        yield path, field
        inner, step = (field.type.of, "[].") if isinstance(field.type, ListType) else (field.type, ".")
        if isinstance(inner, RecordType):
            yield from every_field(inner.fields, f"{path}{step}")


def _check_fields(fields: tuple[ArchiveField, ...]) -> None:
    names = [field.name for field in fields]
    doubled = sorted({name for name in names if names.count(name) > 1})
    if not names or doubled:
        raise ValidationError(
            f"fields need different names, these are there twice: {doubled}" if doubled else "give at least one field",
            reason="fields",
        )
