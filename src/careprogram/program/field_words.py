"""How is a field of a record told to somebody who knows no program?

Labels in both languages for every path, and values in words: an answer by its label, yes and no, a place by its name, a
grade, a measure with its unit. What a field holds is read from the model or the schema of its kind. It shows what it is
given; what may be shown was decided before.
"""

import enum
import functools
import types
import typing
from collections.abc import Iterator, Mapping
from typing import Final

import attrs

from careprogram.archives import ChoiceType, ListType, NumberType
from careprogram.archives.schema import FieldType, every_field
from careprogram.care import CarePlan, Duty
from careprogram.errors import CareProgramError
from careprogram.language import Language, Text
from careprogram.pairing import Pairing
from careprogram.people import Answer, Child, Grade, Helper, PlaceCode, PlaceTree, VillageLink
from careprogram.privacy import AccessGrant, AccessRequest, ConsentRecord
from careprogram.privacy.labels import labels_of
from careprogram.program import records
from careprogram.program.enrollment import ENROLLMENT, Enrollment
from careprogram.program.record_kinds import ACCESS_GRANT, ACCESS_REQUEST, CONSENT, RecordKind
from careprogram.rules.verdict import VerdictReport

MODELS: Final[Mapping[str, type[attrs.AttrsInstance]]] = {
    records.CHILD: Child,
    records.HELPER: Helper,
    records.VILLAGE_LINK: VillageLink,
    records.VERDICT: VerdictReport,
    records.PAIRING: Pairing,
    records.CARE_PLAN: CarePlan,
    records.DUTY: Duty,
    ENROLLMENT: Enrollment,
    CONSENT: ConsentRecord,
    ACCESS_GRANT: AccessGrant,
    ACCESS_REQUEST: AccessRequest,
}
"""What the documents of each kind are read into."""

_NOTHING = Text("无", "none")
_UNKNOWN = Text("未知", "not known")
_YES, _NO = Text("是", "yes"), Text("否", "no")


def label_of(kind: RecordKind, path: str) -> Text:
    """Return what people call the field at *path*, from the outer step to the inner one."""
    steps = _archive_labels(kind, path) if kind.archive is not None else labels_of(path)
    return Text(" · ".join(step.zh for step in steps), " · ".join(step.en for step in steps))


def _archive_labels(kind: RecordKind, path: str) -> tuple[Text, ...]:
    known = _archive_fields(kind)
    parts = path.split(".")
    above = [".".join(parts[:depth]) for depth in range(1, len(parts) + 1)]
    found = (known.get(step) or known.get(step.removesuffix("[]")) for step in above)
    return tuple(one[0] if one else Text(step, step) for one, step in zip(found, parts, strict=True))


def _archive_fields(kind: RecordKind) -> Mapping[str, tuple[Text, FieldType]]:
    assert kind.archive is not None
    return {path: (field.label, field.type) for path, field in every_field(kind.archive.current.fields)}


def value_of(kind: RecordKind, path: str, value: object, language: Language, names: Mapping[str, Text]) -> str:
    """Return *value* of the field at *path* in words.

    Args:
        kind: The kind of its record.
        path: Such as ``father.status``.
        value: As the document has it.
        language: Of the words.
        names: What people call policies, services and strategies, by id.
    """
    if isinstance(value, list):
        told = [value_of(kind, path, one, language, names) for one in value]
        return ("、" if language == "zh" else ", ").join(told) or _NOTHING.in_(language)
    text = _plain(value)
    if text is None and isinstance(value, str) and value in names:
        text = names[value]
    if text is None:
        text = _by_schema(kind, path, value) if kind.archive is not None else _by_model(kind, path, value)
    return " ".join((str(value) if text is None else text.in_(language)).split())


def _plain(value: object) -> Text | None:
    if value is None:
        return _NOTHING
    if isinstance(value, bool):
        return _YES if value else _NO
    if isinstance(value, Mapping):
        if value.get("unknown") is True:
            return _UNKNOWN
        if {"zh", "en"} <= set(value):
            return Text(str(value["zh"]), str(value["en"]))
    return None


def _by_schema(kind: RecordKind, path: str, value: object) -> Text | None:
    found = _archive_fields(kind).get(path)
    type_ = None if found is None else found[1]
    inner = type_.of if isinstance(type_, ListType) else type_
    if isinstance(inner, ChoiceType):
        return next((choice.label for choice in inner.choices if choice.value == value), None)
    if isinstance(inner, NumberType) and inner.unit:
        return Text(f"{value} {inner.unit}", f"{value} {inner.unit}")
    return None


def _by_model(kind: RecordKind, path: str, value: object) -> Text | None:
    model = MODELS.get(kind.kind)
    for type_ in () if model is None else _types(model).get(path, ()):
        if issubclass(type_, Grade) and isinstance(value, int):
            return Text(str(Grade(value)), f"grade {value}")
        if issubclass(type_, PlaceCode) and isinstance(value, str):
            return _place(value)
        if issubclass(type_, enum.Enum):
            member = next((one for one in type_ if one.value == value), None)
            if isinstance(member, Answer):
                return Text(member.zh, member.label("en"))
            if member is not None and hasattr(member, "label"):
                return Text(member.label("zh"), member.label("en"))
    return None


def _place(code: str) -> Text:
    """Return the name of the county that a place lies in, with the code: townships have their names in lists only."""
    tree = PlaceTree.gb2260()
    for length in (12, 9, 6, 4, 2):
        try:
            name = tree.path_name(PlaceCode(code[:length]))
        except CareProgramError:
            continue
        return Text(f"{name}（{code}）", f"{name} ({code})")
    return Text(code, code)


@functools.cache
def _types(model: type[attrs.AttrsInstance]) -> Mapping[str, tuple[type, ...]]:
    """Return the types that the field at each path of *model* can hold."""
    return dict(_walk(model, ""))


def _walk(model: type[attrs.AttrsInstance], prefix: str) -> Iterator[tuple[str, tuple[type, ...]]]:
    hints = typing.get_type_hints(model)
    for field in attrs.fields(model):
        if field.init and not field.name.startswith("_"):
            for type_, step in _members(hints[field.name], ""):
                yield f"{prefix}{field.name}", tuple(one for one, _ in _members(hints[field.name], ""))
                if attrs.has(type_) and type_ not in {Grade, PlaceCode}:
                    yield from _walk(type_, f"{prefix}{field.name}{step}.")


def _members(hint: object, step: str) -> Iterator[tuple[type, str]]:
    """Go through the classes that a hint names, each with the step into a list where it is the entry of one."""
    origin = typing.get_origin(hint)
    if origin in {types.UnionType, typing.Union}:
        for one in typing.get_args(hint):
            yield from _members(one, step)
    elif origin in {tuple, frozenset, list}:
        for one in typing.get_args(hint):
            yield from _members(one, "[]")
    elif isinstance(hint, type):
        yield hint, step
