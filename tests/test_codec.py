"""Records become documents and come back unchanged; whatever is wrong is refused, never mended."""

import datetime as dt
import enum
import subprocess
import sys
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal, NewType

import attrs
import pytest

from careprogram.codec import dumps, from_document, loads, make_converter, to_document
from careprogram.errors import ValidationError
from careprogram.ids import ChildId
from careprogram.people import (
    Child,
    Consent,
    Grade,
    Parent,
    ParentStatus,
    Phone,
    PlaceCode,
    Registration,
    RegistrationKind,
    Residence,
    Schooling,
    SchoolingStatus,
    Sex,
)
from careprogram.ports import dumps_bytes, loads_kept
from careprogram.unknown import UNKNOWN, Maybe

Ward = NewType("Ward", str)


class Color(enum.Enum):
    RED = "red"
    ONE = 1


class Level(enum.IntEnum):
    LOW = 1


@attrs.frozen(kw_only=True)
class Part:
    number: int


@attrs.frozen(kw_only=True)
class Everything:
    """One field of every type that a document can hold."""

    text: str = "t"
    number: int = 0
    flag: bool = False
    day: dt.date = dt.date(2026, 9, 1)
    moment: dt.datetime = dt.datetime(2026, 9, 1, tzinfo=dt.UTC)
    amount: Decimal = Decimal("1.10")
    color: Color = Color.RED
    level: Level = Level.LOW
    sex: Sex = Sex.MALE
    word: Literal["a", "b"] = "a"
    ward: Ward = Ward("w")
    phone: Phone = Phone("13800138000")
    grade: Grade = Grade(3)
    part: Part = Part(number=1)
    parts: tuple[Part, ...] = ()
    pair: tuple[str, int] = ("a", 1)
    days: frozenset[dt.date] = frozenset()
    counts: Mapping[str, int] = attrs.field(factory=dict)
    by_sex: Mapping[Sex, tuple[Part, ...]] = attrs.field(factory=dict)
    nothing: str | None = None
    either: str | int | None = None
    maybe: Maybe[int] = UNKNOWN
    maybe_none: Maybe[Phone] | None = UNKNOWN
    maybe_part: Maybe[Part] | None = None
    maybes: tuple[Maybe[int], ...] = ()


FULL = Everything(
    parts=(Part(number=1), Part(number=2)),
    days=frozenset({dt.date(2026, 9, 2), dt.date(2026, 9, 1)}),
    counts={"b": 2, "a": 1},
    by_sex={Sex.FEMALE: (Part(number=3),)},
    nothing="",
    either=5,
    maybe=7,
    maybe_none=None,
    maybe_part=Part(number=9),
    maybes=(1, UNKNOWN),
    color=Color.ONE,
)


@pytest.mark.parametrize("record", [Everything(), FULL])
def test_every_type_comes_back(record):
    """A record comes back equal from its document and from the text of its document."""
    document = to_document(record)
    assert from_document(Everything, document) == record
    assert from_document(Everything, loads(dumps(document))) == record


def test_documents_hold_plain_values():
    """What is in a document is plain JSON, with nothing of the model left in it."""
    document = to_document(FULL)
    assert document["sex"] == "male"
    assert type(document["sex"]) is str
    assert type(document["level"]) is int
    assert document["phone"] == "13800138000"
    assert document["grade"] == 3
    assert document["days"] == ["2026-09-01", "2026-09-02"]
    assert document["amount"] == "1.10"
    assert document["maybes"] == [1, {"unknown": True}]
    assert document["by_sex"] == {"female": [{"number": 3}]}


def test_unknown_none_and_the_text_unknown_are_three_things():
    """Nobody answered, there is none, and somebody wrote the word: none can be taken for another."""

    @attrs.frozen(kw_only=True)
    class Answer:
        name: Maybe[str] | None = UNKNOWN
        asked: Maybe[str] | None = None

    answers = [Answer(name=name, asked=asked) for name in (UNKNOWN, None, "unknown") for asked in (UNKNOWN, None, "")]
    documents = [to_document(answer) for answer in answers]
    assert len({dumps(document) for document in documents}) == 9
    assert [from_document(Answer, document) for document in documents] == answers
    assert to_document(Answer()) == {"asked": None}
    assert to_document(Answer(asked=UNKNOWN)) == {"asked": {"unknown": True}}


def test_a_record_that_gained_a_field_reads_old_documents():
    """A member that is not there takes the field's default, which for a new question is that nobody answered."""
    assert from_document(Parent, {}) == Parent()
    assert from_document(Child, {"id": "a"}) == Child(id=ChildId("a"))


WRONG: list[tuple[str, Any]] = [
    ("text", None), ("text", 5), ("text", True),
    ("number", "5"), ("number", 1.0), ("number", True), ("number", None),
    ("flag", 1), ("flag", "false"), ("flag", None),
    ("day", "2026-9-1"), ("day", "20260901"), ("day", "2026-W36-2"), ("day", "2026-02-30"), ("day", 20260901),
    ("day", "2026-09-01T00:00:00"), ("day", "2026-09-01 "),
    ("moment", "2026-09-01T00:00:00"), ("moment", "2026-09-01"), ("moment", "2026-09-01T08:00:00+08:00"),
    ("moment", "2026-09-01T00:00:00+00:00"),
    ("amount", 1), ("amount", "NaN"), ("amount", "x"), ("amount", "1_0"), ("amount", " 1"),
    ("color", "blue"), ("color", True), ("color", ["red"]), ("color", None), ("level", True), ("level", 2),
    ("sex", "MALE"), ("sex", {}), ("word", "c"), ("word", 1), ("ward", 1),
    ("phone", 13800138000), ("phone", "12"), ("phone", None), ("grade", "3"), ("grade", 99), ("grade", True),
    ("part", None), ("part", []), ("part", {}), ("part", {"number": 1, "more": 2}),
    ("parts", "abc"), ("parts", {}), ("parts", [None]),
    ("pair", ["a"]), ("pair", ["a", 1, 2]), ("pair", [1, "a"]),
    ("days", ["2026-09-01", "2026-09-01"]), ("days", "2026-09-01"),
    ("counts", []), ("counts", {"a": "1"}), ("by_sex", {"x": []}),
    ("nothing", 1), ("nothing", {"unknown": True}), ("either", 1.5), ("either", True), ("either", {"unknown": True}),
    ("maybe", None), ("maybe", "unknown"), ("maybe", {"unknown": 1}), ("maybe", {"unknown": False}),
    ("maybe", {"unknown": True, "x": 1}), ("maybe_none", "unknown"),
    ("nobody_knows", 1),
]  # fmt: skip


@pytest.mark.parametrize(("field", "value"), WRONG)
def test_nothing_is_coerced(field, value):
    """A value of another type, or of another form, is refused by its path."""
    with pytest.raises(ValidationError, match=rf"\$\.{field}") as caught:
        from_document(Everything, {**to_document(FULL), field: value})
    assert caught.value.reason == "document"


def test_all_faults_are_told_at_once():
    """Every fault has a line of its own with its whole path."""
    with pytest.raises(ValidationError) as caught:
        from_document(
            Child,
            {
                "name": 5,
                "father": {"birth_date": "2026-13-01", "phone": "1", "height": 1},
                "siblings": ["a", 1, None],
                "schooling": [],
            },
        )
    assert sorted(line.partition(":")[0].strip() for line in str(caught.value).splitlines()[1:]) == [
        "$.father.birth_date", "$.father.height", "$.father.phone", "$.id", "$.name", "$.schooling",
        "$.siblings[1]", "$.siblings[2]",
    ]  # fmt: skip


def test_a_rule_over_several_fields_is_told_where_it_was_broken():
    """What a record itself refuses is a fault at the record's own path."""
    with pytest.raises(ValidationError, match=r"\$\.consent: a consent cannot end before it was given"):
        from_document(Child, {"id": "a", "consent": {"given_on": "2026-09-02", "expires_on": "2026-09-01"}})


def test_no_error_shows_a_value():
    """Whatever is wrong, the error and all its causes hold neither the value nor a name that might be one."""
    secret = "王小明13800138000"
    documents: list[dict[str, Any]] = [
        {"id": "a", field: value}
        for field in (
            "name",
            "sex",
            "birth_date",
            "identity_number",
            "father",
            "siblings",
            "consent",
            "languages",
            secret,
        )
        for value in (secret, [secret], {secret: secret}, {"phone": secret}, {"given_on": secret})
    ]
    refused = 0
    for document in documents:
        try:
            from_document(Child, document)
        except ValidationError as error:
            refused += 1
            seen: BaseException | None = error
            while seen is not None:
                assert "小明" not in f"{seen} {seen!r}"
                assert "13800138000" not in f"{seen} {seen!r}"
                seen = seen.__cause__ or (None if seen.__suppress_context__ else seen.__context__)
    assert refused > 35


def test_types_that_no_document_can_hold_are_refused():
    """A float, anything at all, bytes and ambiguous unions are refused when the type is first met."""

    @attrs.frozen(kw_only=True)
    class Other:
        x: int

    for bad in (float, Any, object, bytes, Part | Other, Part | str, set[int], list[int], tuple):
        cls = attrs.make_class("Bad", {"field": attrs.field(type=bad)}, kw_only=True)
        with pytest.raises(ValidationError, match="no document"):
            to_document(cls(field=None))
        with pytest.raises(ValidationError, match="no document"):
            from_document(cls, {"field": None})


def test_only_records_have_documents():
    """A value type or a list is a part of a document and not one."""
    for value in (Phone("13800138000"), PlaceCode("52")):
        with pytest.raises(ValidationError, match="is a value, not a record"):
            to_document(value)


def test_moments_are_kept_in_utc():
    """The same moment has the same text, whatever zone it was told in; one without a zone is refused."""
    zone = dt.timezone(dt.timedelta(hours=8))
    there = to_document(Everything(moment=dt.datetime(2026, 9, 1, 8, 0, 0, 5, tzinfo=zone)))
    assert there["moment"] == "2026-09-01T00:00:00.000005Z"
    with pytest.raises(ValidationError, match="aware"):
        to_document(Everything(moment=dt.datetime(2026, 9, 1)))  # noqa: DTZ001


def test_each_converter_is_ones_own():
    """A converter that somebody makes and extends does not change how the house reads."""
    made = make_converter()
    made.register_unstructure_hook(str, str.upper)
    assert made.unstructure(Part(number=1)) == {"number": 1}
    assert to_document(Everything())["text"] == "t"


def test_importing_careprogram_imports_no_cattrs():
    """Whoever stores nothing does not pay for the converter."""
    code = "import sys, careprogram.builtin.memory_store; sys.exit('cattrs' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


# --- canonical text ---


def test_the_text_is_canonical():
    """Sorted members, no spaces, shortest escapes, as RFC 8785 says."""
    document = {"b": [1, True, None, -5], "a": {"é": '\u20ac\n"\\\x1f/\x7f'}, "": ""}
    assert dumps(document) == '{"":"","a":{"é":"€\\n\\"\\\\\\u001f/\x7f"},"b":[1,true,null,-5]}'
    assert loads(dumps(document)) == document


def test_equal_documents_have_equal_texts():
    """Neither the order of members nor the type of a sequence shows."""
    assert dumps({"a": (1, 2), "b": attrs.asdict(Part(number=1))}) == dumps({"b": {"number": 1}, "a": [1, 2]})
    assert dumps({"a": Sex.MALE, "b": Level.LOW}) == '{"a":"male","b":1}'


@pytest.mark.parametrize(
    ("document", "where"),
    [
        ({"a": [0, 1.5]}, r"\$\.a\[1\]: a float"),
        ({"a": {"b": 2**53}}, r"\$\.a\.b: a number beyond"),
        ({"a": {1: 2}}, r"\$\.a: the names of members are texts"),
        ({"a": b"x"}, r"\$\.a: a bytes"),
        ({"a": {1, 2}}, r"\$\.a: a set"),
        ({"a": float("nan")}, r"\$\.a: a float"),
        ({"a": "\ud800"}, "surrogate"),
        ({"\udfff": 1}, "surrogate"),
    ],
)
def test_what_json_cannot_say_exactly_is_refused(document, where):
    """Floats, large numbers, other keys and other types are refused by their path."""
    for write in (dumps, dumps_bytes):
        with pytest.raises(ValidationError, match=where):
            write(document)


@pytest.mark.parametrize(
    "text",
    ["", "[]", "1", "null", "{", "{'a':1}", '{"a":1,"a":1}', '{"a":{"b":1,"b":2}}', '{"a":1.0}', '{"a":1e3}',
     '{"a":NaN}', '{"a":9007199254740992}', '{"a":-9007199254740992}', '{"a":' + "9" * 5000 + "}", "[" * 100_000],
)  # fmt: skip
def test_texts_that_are_no_document_are_refused(text):
    """Broken JSON, other values than objects, doubled members, floats and large numbers are refused, not mended."""
    with pytest.raises(ValidationError):
        loads(text)


@pytest.mark.parametrize("text", ["", "[]", "1", "{", '{"a":1.0}', '{"a":NaN}', '{"a":' + "9" * 5000 + "}", '{"a":1}x'])
def test_what_no_store_has_kept_is_refused(text):
    """A kept text that was cut, or holds what is never written, is an error that shows nothing of it."""
    with pytest.raises(ValidationError, match=r"^document: "):
        loads_kept(text)


# --- documents that lie in somebody's store ---

STORED = Child(
    id=ChildId("c-1"),
    name="某某",
    sex=Sex.FEMALE,
    birth_date=dt.date(2016, 2, 29),
    identity_number=None,
    registration=Registration(registered=True, kind=RegistrationKind.RURAL, place=PlaceCode("520526101203")),
    residence=Residence(place=PlaceCode("520526101203"), address="某村某组"),
    schooling=Schooling(status=SchoolingStatus.PRIMARY, boarding=False, grade=Grade(4), class_name="unknown"),
    father=Parent(status=ParentStatus.AWAY_WORKING, away_since=dt.date(2024, 3, 1), phone=Phone("13800138000")),
    mother=Parent(status=ParentStatus.DECEASED, phone=None, last_contact=None),
    siblings=frozenset({ChildId("c-3"), ChildId("c-2")}),
    consent=Consent(given_on=dt.date(2026, 9, 1)),
)


def test_stored_documents_stay_readable():
    """The document of a child as it lies in stores today is read for ever, and written the same for now."""
    text = (Path(__file__).parent / "golden" / "child-1.json").read_text(encoding="utf-8").rstrip("\n")
    assert from_document(Child, loads(text)) == STORED
    assert dumps(to_document(STORED)) == text


def test_a_document_without_end_is_refused_and_not_waited_for():
    """What holds itself, in dicts or in other mappings, or is nested too deeply, is refused by one sentence."""
    itself: list[object] = []
    itself.append(itself)
    mapping: dict[str, object] = {}
    mapping["a"] = MappingProxyType(mapping)
    deep: dict[str, object] = {}
    for _ in range(100_000):
        deep = {"a": deep}
    for document in ({"a": itself}, {"a": mapping}, deep):
        with pytest.raises(ValidationError, match="nested too deeply, or holds itself"):
            dumps(document)
