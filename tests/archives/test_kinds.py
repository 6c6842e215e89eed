"""Do the shipped kinds say what the requirements ask, and can a place add its own fields to them?"""

import datetime as dt
import json
from pathlib import Path

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from careprogram.archives import (
    ATTACHMENT,
    HEALTH,
    LEARNING,
    SHIPPED,
    SURVEY,
    ArchiveField,
    ArchiveKind,
    IndicatorLimits,
    RiskIndicator,
    Sign,
    TextType,
    attachment_document,
    check,
    classification_of,
    extended,
    health_check,
    is_content_of,
    not_told_since,
    open_archive,
    risk_indicators,
    validate,
)
from careprogram.archives.screening import REFERENCES, Measurement
from careprogram.builtin.contributions import standard_host
from careprogram.errors import PluginError, ValidationError
from careprogram.ids import ChildId
from careprogram.language import Text
from careprogram.people import Sex
from careprogram.plugins import hookimpl
from careprogram.privacy import Purpose, Sensitivity
from careprogram.program import Program
from careprogram.testing.strategies import documents

_GOLDEN = Path(__file__).parent / "golden"


@pytest.mark.parametrize("kind", SHIPPED, ids=lambda kind: kind.id)
def test_golden_documents_hold_every_field(kind: ArchiveKind) -> None:
    """The document on file of the current version fills every field at every depth, so that each is seen to last."""
    golden = json.loads((_GOLDEN / f"{kind.id}.{kind.current.version}.json").read_text(encoding="utf-8"))
    assert set(_paths(golden["document"], "")) == set(classification_of(kind.current).classes)


def _paths(record: dict[str, object], prefix: str) -> list[str]:
    found = [f"{prefix}{name}" for name in record]
    for name, value in record.items():
        for entry in value if isinstance(value, list) else [value]:
            if isinstance(entry, dict):
                found += _paths(entry, f"{prefix}{name}{'[]' if isinstance(value, list) else ''}.")
    return found


@given(documents(SURVEY.current), st.sets(st.sampled_from([field.name for field in SURVEY.current.fields])))
def test_an_unanswered_question_is_no_absent_sign(survey: dict[str, object], gone: set[str]) -> None:
    """Taking answers away leaves a sign as it was or makes it unknown, and all seven are always told."""
    before, after = risk_indicators(survey), risk_indicators({k: v for k, v in survey.items() if k not in gone})
    assert list(after) == list(RiskIndicator)
    for indicator, sign in after.items():
        assert sign in {before[indicator], Sign.UNKNOWN}


def test_each_sign_at_its_limit() -> None:
    """A week without contact is no sign, eight days are; a place sets its own limits."""
    survey = {"days_since_contact": 7, "days_truant": 0, "lying": "seldom", "fighting": "sometimes", "silence": "never",
              "dropped_out": True, "guardian_knows_class": False}  # fmt: skip
    present = {indicator for indicator, sign in risk_indicators(survey).items() if sign is Sign.PRESENT}
    assert present == {RiskIndicator.FIGHTING, RiskIndicator.DROPPED_OUT, RiskIndicator.CLASS_UNKNOWN_TO_GUARDIAN}
    strict = risk_indicators(survey, limits=IndicatorLimits(longest_contact_gap=6, seen_from="seldom"))
    assert strict[RiskIndicator.CONTACT_GAP] is strict[RiskIndicator.LYING] is Sign.PRESENT
    assert risk_indicators({**survey, "days_since_contact": 8})[RiskIndicator.CONTACT_GAP] is Sign.PRESENT
    assert risk_indicators({"days_truant": 1})[RiskIndicator.TRUANCY] is Sign.PRESENT


@pytest.mark.parametrize(
    "limits", [{"seen_from": "never"}, {"seen_from": "daily"}, {"longest_contact_gap": -1}, {"truant_days": -1}]
)
def test_limits_that_mean_nothing_are_refused(limits: dict[str, object]) -> None:
    """With "never" every child would show a sign."""
    with pytest.raises(ValidationError):
        IndicatorLimits(**limits)  # type: ignore[arg-type]


@given(
    st.builds(
        Measurement,
        measured_on=st.dates(dt.date(2020, 1, 1), dt.date(2030, 1, 1)),
        sex=st.sampled_from(Sex),
        birth_date=st.dates(dt.date(2008, 1, 1), dt.date(2019, 1, 1)),
        height_mm=st.none() | st.integers(400, 2_300),
        weight_g=st.none() | st.integers(2_000, 250_000),
        systolic=st.none() | st.integers(40, 260),
        diastolic=st.none() | st.integers(20, 180),
    )
)
def test_a_check_fits_the_health_archive_and_names_its_standards(measurement: Measurement) -> None:
    """Whatever was measured, its entry is valid and each answer names a shipped reference with its citation."""
    entry = health_check(measurement, term="2026-autumn", checked_by="乡镇卫生院")
    validate({"child": "c-1", "checks": [entry]}, HEALTH.current)
    told = entry["screening"]
    assert isinstance(told, list)
    citations = {of.id: of.citation for of in REFERENCES}
    assert {one["reference"] for one in told} == set(citations)
    assert all(str(one["citation"]).startswith(citations[str(one["reference"])]) for one in told)
    assert all(("finding" in one) is (one["outcome"] == "found") for one in told)


@given(st.binary(max_size=200), st.binary(max_size=200))
def test_an_attachment_knows_its_content_and_no_other(content: bytes, other: bytes) -> None:
    """The archive is valid, holds no content, and tells it from any other."""
    document = attachment_document(content, child=ChildId("c-1"), media_type="image/png", filed_on=dt.date(2026, 9, 1))
    validate(document, ATTACHMENT.current)
    assert is_content_of(content, document)
    assert is_content_of(other, document) is (other == content)


@pytest.mark.parametrize("digest", ["", "a" * 63, "a" * 65, "A" * 64, "g" * 64, "a" * 64 + "\n", 7, None])
def test_a_digest_is_64_digits(digest: object) -> None:
    """Nothing else passes for one."""
    document = attachment_document(b"x", child=ChildId("c-1"), media_type="text/plain", filed_on=dt.date(2026, 9, 1))
    assert [problem.path for problem in check({**document, "digest": digest}, ATTACHMENT.current)] == ["$.digest"]


def _check(outcome: str) -> dict[str, object]:
    answer = {"item": "height", "outcome": outcome, "reference": "who-2007"}
    if outcome == "found":
        answer["finding"] = "stunting"
    return {"term": "2026-autumn", "measured_on": "2026-09-10", "screening": [answer]}


_OWN = ArchiveField(
    name="ngo_x_library_card",
    type=TextType(longest=50),
    label=Text("借书证", "library card"),
    sensitivity=Sensitivity.PERSONAL,
    purposes=frozenset({Purpose.EDUCATION}),
)


@given(documents(LEARNING.versions[0]), st.none() | st.text(st.characters(exclude_categories=["Cs"]), max_size=50))
def test_own_fields_go_along_every_step(old: dict[str, object], card: str | None) -> None:
    """An extended kind opens an old archive as the shipped kind does, with the own field untouched."""
    kind = extended(LEARNING, id="ngo-x.learning", title=Text("学习档案", "learning"), fields=(_OWN,))
    opened = open_archive({**old, "ngo_x_library_card": card}, kind, version=1)
    assert opened == {**open_archive(old, LEARNING, version=1), "ngo_x_library_card": card}


def test_an_extension_that_could_not_work_is_refused() -> None:
    """The id of the shipped kind, a name it has already, and a required field are refused at once."""
    title = Text("学习档案", "learning")
    with pytest.raises(ValidationError, match="id of its own"):
        extended(LEARNING, id="learning", title=title, fields=(_OWN,))
    with pytest.raises(ValidationError, match="there twice"):
        extended(LEARNING, id="ngo-x.learning", title=title, fields=(LEARNING.current.fields[1],))
    with pytest.raises(ValidationError, match="cannot be required"):
        extended(LEARNING, id="ngo-x.learning", title=title, fields=(attrs.evolve(_OWN, required=True),))


class _WithGap:
    """A plugin whose kind has two versions and no step between them."""

    @hookimpl
    def careprogram_archive_schemas(self) -> list[ArchiveKind]:
        first = attrs.evolve(LEARNING.versions[0], id="ngo-x.diary")
        return [ArchiveKind(versions=(first, attrs.evolve(first, version=2)))]


def test_a_gap_in_the_kind_of_a_plugin_is_found_when_the_host_is_built() -> None:
    """The plugin loses its kind and is named, nobody else's is touched; a strict host does not start."""
    host = standard_host(plugins=[_WithGap()])
    assert set(host.archive_kinds()) == {kind.id for kind in SHIPPED}
    assert [(failure.hook, failure.error) for failure in host.failures] == [
        ("careprogram_archive_schemas", "ValidationError")
    ]
    strict = standard_host(plugins=[_WithGap()], strict=True)
    with pytest.raises(PluginError):
        strict.archive_kinds()


def test_a_program_tells_of_a_gap_before_anything_is_read(tmp_path: Path) -> None:
    """A strict program with such a plugin does not start; another one starts, and names the plugin."""
    text = (Path(__file__).parents[2] / "examples" / "county" / "program.toml").read_text(encoding="utf-8")
    (tmp_path / "program.toml").write_text(text, encoding="utf-8")
    program = Program.load(tmp_path, plugins=[_WithGap()])
    assert [failure.hook for failure in program.host.failures] == ["careprogram_archive_schemas"]
    (tmp_path / "program.toml").write_text(f"{text}\nstrict = true\n", encoding="utf-8")
    with pytest.raises(PluginError):
        Program.load(tmp_path, plugins=[_WithGap()])


@pytest.mark.parametrize(
    ("archive", "days"),
    [
        ({}, ()),
        ({"checks": None, "findings": None, "parents_told": None}, ()),
        ({"checks": [_check("found")]}, ("2026-09-10",)),
        ({"checks": [_check("unknown")]}, ()),
        ({"checks": [_check("found")], "parents_told": [{"on": "2026-09-10"}]}, ()),
        ({"checks": [_check("found")], "parents_told": [{"on": "2026-09-09"}]}, ("2026-09-10",)),
        ({"findings": [{"on": "2026-09-12"}], "checks": [_check("found")]}, ("2026-09-10", "2026-09-12")),
        ({"findings": [{"on": "2026-09-12", "finding": "龋齿", "settled_on": "2026-10-01"}]}, ()),
    ],
)  # fmt: skip
def test_of_what_the_parents_were_not_told(archive: dict[str, object], days: tuple[str, ...]) -> None:
    """A finding stays open until a parent was told on its day or later, or it was settled."""
    assert not_told_since({"child": "c-1", **archive}) == days
