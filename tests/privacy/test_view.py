"""Does every way out show only what the viewer may see?"""

import datetime as dt
import itertools
import json
from collections.abc import Iterator, Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from careprogram.codec import to_document
from careprogram.errors import ValidationError
from careprogram.ids import ChildId, HelperId
from careprogram.people import (
    Caregiver,
    CaregiverRelation,
    Child,
    ChildWishes,
    Health,
    HealthStatus,
    Helper,
    IdentityNumber,
    Parent,
    ParentStatus,
    Phone,
    PlaceCode,
    Residence,
    Sex,
    VillageLinks,
)
from careprogram.privacy import (
    CHILD_FIELDS,
    CLEARANCES,
    HELPER_FIELDS,
    Classification,
    ConsentRecord,
    ConsentRelation,
    DataClass,
    Disclosure,
    FieldClass,
    Mask,
    Purpose,
    Role,
    Scope,
    Sensitivity,
    Subject,
    Viewer,
    clearance,
    decide,
    field_paths,
    view,
)

_NUMBER = IdentityNumber.from_parts(PlaceCode.parse("520402"), dt.date(2014, 5, 1), 7)
_CHILD = Child(
    id=ChildId("c-1"),
    name="王小明",
    sex=Sex.MALE,
    birth_date=dt.date(2014, 5, 1),
    identity_number=_NUMBER,
    residence=Residence(address="幸福村三组12号"),
    health=Health(status=HealthStatus.ILL, illness="白血病"),
    father=Parent(status=ParentStatus.IMPRISONED, name="王大山", phone=Phone("13912345678")),
    caregiver=Caregiver(relation=CaregiverRelation.PATERNAL_GRANDPARENT, name="李秀英"),
    wishes=ChildWishes(excluded=frozenset({HelperId("h-9")})),
)
_DOCUMENT = to_document(_CHILD)


_DAY = dt.date(2026, 9, 1)
_SUBJECT = Subject(id="c-1", birth_date=dt.date(2014, 5, 1))
_CONSENT = ConsentRecord(
    id="consent-1",
    child="c-1",
    guardian="g-1",
    relation=ConsentRelation.MOTHER,
    purposes=frozenset(Purpose),
    data_classes=frozenset(DataClass),
    notice_version="2026-1",
    given=dt.date(2026, 1, 1),
    separate=True,
)


def _viewer(role: Role) -> Viewer:
    whom = Scope() if role is Role.PUBLIC else Scope(children=["c-1"])
    return Viewer(id="c-1", role=role, scope=whom)


def _see(
    document: Mapping[str, object], classification: Classification, *, viewer: Viewer, purpose: Purpose
) -> dict[str, object]:
    """Look with everything agreed to, so that role and purpose alone decide."""
    return view(
        document,
        classification,
        subject=_SUBJECT,
        viewer=viewer,
        purpose=purpose,
        as_of=_DAY,
        consents=[_CONSENT],
    )


def _look(role: Role, purpose: Purpose, document: Mapping[str, object] = _DOCUMENT) -> dict[str, object]:
    return _see(document, CHILD_FIELDS, viewer=_viewer(role), purpose=purpose)


@pytest.mark.parametrize(("model", "classification"), [(Child, CHILD_FIELDS), (Helper, HELPER_FIELDS)])
def test_every_field_of_people_is_classified(model: type, classification: Classification) -> None:
    """A new field of a model has to be given a class, and a class of a field that is gone has to go."""
    paths = field_paths(model)
    assert classification.unclassified(paths) == ()
    assert set(classification.classes) == set(paths)


@pytest.mark.parametrize("classification", [CHILD_FIELDS, HELPER_FIELDS], ids=["child", "helper"])
def test_every_field_is_shown_to_somebody(classification: Classification) -> None:
    """No field is kept that no role may read for any purpose: what nobody may read need not be kept."""
    shown = {
        path
        for role, purpose in itertools.product(Role, Purpose)
        for path, one in decide(
            classification,
            subject=_SUBJECT,
            viewer=_viewer(role),
            purpose=purpose,
            as_of=_DAY,
            consents=[_CONSENT],
        ).fields.items()
        if one.disclosure is Disclosure.SHOWN
    }
    assert shown == set(classification.classes)


def test_a_helper_recognizes_a_proposed_child() -> None:
    """For a proposal a helper gets surname and year, no identity number, health, address or family."""
    seen = _look(Role.HELPER, Purpose.PAIRING)
    assert seen["name"] == "王**"
    assert seen["birth_date"] == "2014-**-**"
    assert seen["sex"] == "male"
    assert {"identity_number", "health", "father", "caregiver"}.isdisjoint(seen)


def test_a_helper_at_work_reads_name_and_address() -> None:
    """For the care of a child its helper reads name and address, still no health and no identity number."""
    seen = _look(Role.HELPER, Purpose.CARE)
    assert seen["name"] == "王小明"
    assert seen["residence"] == {"address": "幸福村三组12号"}
    assert {"identity_number", "health"}.isdisjoint(seen)


def test_an_officer_pairs_by_name() -> None:
    """For pairing an officer reads names, but not why a parent is absent, nor whom the child fears."""
    seen = _look(Role.COUNTY_OFFICER, Purpose.PAIRING)
    assert seen["name"] == "王小明"
    assert "father" not in seen
    assert "excluded" not in json.dumps(seen)


def test_safeguarding_reads_all_it_needs() -> None:
    """For the protection of a child its village director reads health, parents and unwanted helpers."""
    seen = _look(Role.VILLAGE_DIRECTOR, Purpose.SAFEGUARDING)
    assert seen["health"] == {"status": "ill", "illness": "白血病"}
    assert seen["father"] == {"status": "imprisoned", "name": "王大山", "phone": "13912345678"}
    assert seen["wishes"] == {"sex": None, "excluded": ["h-9"]} or seen["wishes"] == {"excluded": ["h-9"]}


def test_the_public_sees_nothing_of_a_child() -> None:
    """Nobody without a role sees a single field, for any purpose."""
    for purpose in Purpose:
        assert _look(Role.PUBLIC, purpose) == {}


def test_figures_carry_no_name() -> None:
    """For statistics sex and year of birth are enough; no name, not even masked."""
    seen = _look(Role.ANALYST, Purpose.STATISTICS)
    assert seen["sex"] == "male"
    assert seen["birth_date"] == "2014-**-**"
    assert "name" not in seen


def _leaves(value: object, path: str = "") -> Iterator[tuple[str, object]]:
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _leaves(inner, f"{path}.{name}" if path else name)
    else:
        yield path, value


@given(role=st.sampled_from(Role), purpose=st.sampled_from(Purpose))
def test_nothing_above_the_clearance_is_seen(role: Role, purpose: Purpose) -> None:
    """Whatever is seen unchanged is covered by the clearance of the role and gathered for the purpose."""
    originals = dict(_leaves(_DOCUMENT))
    for path, value in _leaves(_look(role, purpose)):
        field = CHILD_FIELDS.classes[path]
        allowed = clearance(role, purpose)
        assert purpose in field.purposes
        assert allowed.masked.covers(field.sensitivity)
        if value == originals[path]:
            assert allowed.shown.covers(field.sensitivity)


@given(role=st.sampled_from(Role), purpose=st.sampled_from(Purpose), canary=st.uuids().map(str))
def test_an_unclassified_field_is_seen_by_nobody(role: Role, purpose: Purpose, canary: str) -> None:
    """A field without a class, at any depth and under any name, does not get out."""
    father = {**_document("father"), "note": canary, "name.full": canary}
    document = {**_DOCUMENT, "father": father, "nickname": canary, "father.name": canary, "": canary}
    assert canary not in json.dumps(_look(role, purpose, document))


def _document(name: str) -> dict[str, object]:
    inner = _DOCUMENT[name]
    assert isinstance(inner, Mapping)
    return dict(inner)


@pytest.mark.parametrize("value", [{"name": "王小明"}, [{"name": "王小明"}], [["王小明"]], 1.5, object()])
def test_a_value_of_an_unexpected_shape_is_left_out(value: object) -> None:
    """An object where one value belongs could carry anything, so it is not shown."""
    seen = _look(Role.VILLAGE_DIRECTOR, Purpose.SAFEGUARDING, {**_DOCUMENT, "sex": value})
    assert "sex" not in seen


@pytest.mark.parametrize("value", [[["王大山"]], [{"name": "王大山"}, "王大山"], 1.5])
def test_a_container_of_an_unexpected_shape_is_left_out(value: object) -> None:
    """Where a record belongs, anything that is neither a record nor a list of records is not shown."""
    assert "father" not in _look(Role.VILLAGE_DIRECTOR, Purpose.SAFEGUARDING, {**_DOCUMENT, "father": value})


def test_paths_reach_into_lists_and_leave_out_what_is_worked_out() -> None:
    """The fields of each entry of a list are fields of the record; one that is computed from the others is not."""
    assert field_paths(VillageLinks) == (
        "links",
        "links[].place",
        "links[].person",
        "links[].office",
        "links[].name",
        "links[].phone",
    )


def test_the_class_of_a_container_guards_what_is_inside() -> None:
    """A field that a viewer may see stays hidden inside a container that they may not."""
    classification = Classification(
        {
            "screening": FieldClass(sensitivity=Sensitivity.SENSITIVE, purposes=frozenset(Purpose)),
            "screening.result": FieldClass(sensitivity=Sensitivity.PUBLIC),
        }
    )
    document = {"screening": {"result": "clear"}}
    helper = _see(document, classification, viewer=_viewer(Role.HELPER), purpose=Purpose.CARE)
    officer = _see(document, classification, viewer=_viewer(Role.COUNTY_OFFICER), purpose=Purpose.AID)
    assert helper == {}
    assert officer == document


def test_the_outermost_container_guards_the_innermost_field() -> None:
    """What is three deep in something hidden is withheld, and said to be, though all in between could be seen."""
    public = FieldClass(sensitivity=Sensitivity.PUBLIC)
    sensitive = FieldClass(sensitivity=Sensitivity.SENSITIVE, purposes=frozenset(Purpose))
    classification = Classification(
        {"case": sensitive, "case.steps": public, "case.steps[].day": public, "case.steps[].day.part": public}
    )
    decision = decide(
        classification,
        subject=Subject(id="c-1"),
        viewer=_viewer(Role.HELPER),
        purpose=Purpose.CARE,
        as_of=dt.date(2026, 9, 1),
    )
    assert {decision.of(path) for path in classification.classes} == {Disclosure.WITHHELD}
    assert decision.explain("case.steps[].day.part", "en") == "part of something that may not be seen"


def test_lists_of_records_are_seen_entry_by_entry() -> None:
    """Each entry of a list shows the fields that may be seen, and every entry is still there."""
    classification = Classification(
        {
            "calls": FieldClass(sensitivity=Sensitivity.INTERNAL, purposes=frozenset({Purpose.CARE})),
            "calls[].on": FieldClass(sensitivity=Sensitivity.INTERNAL, purposes=frozenset({Purpose.CARE})),
            "calls[].with": FieldClass(
                sensitivity=Sensitivity.SENSITIVE, purposes=frozenset({Purpose.CARE}), mask=Mask.NAME
            ),
        }
    )
    document = {"calls": [{"on": "2026-09-01", "with": "王大山"}, {"on": "2026-09-08", "note": "哭了"}]}
    seen = _see(document, classification, viewer=_viewer(Role.HELPER), purpose=Purpose.CARE)
    assert seen == {"calls": [{"on": "2026-09-01", "with": "王**"}, {"on": "2026-09-08"}]}
    assert _see({"calls": []}, classification, viewer=_viewer(Role.HELPER), purpose=Purpose.CARE) == {"calls": []}
    assert _see(document, classification, viewer=_viewer(Role.HELPER), purpose=Purpose.AID) == {}


def test_a_gap_is_shown_as_a_gap() -> None:
    """Where nobody answered, a viewer who may read the answer sees that nobody did; a masked gap tells nothing."""
    document = {**_DOCUMENT, "caregiver": {"unknown": True}, "name": {"unknown": True}}
    assert _look(Role.TEACHER, Purpose.CARE, document)["caregiver"] == {"unknown": True}
    assert _look(Role.HELPER, Purpose.PAIRING, document)["name"] == "****"


def test_looking_changes_nothing() -> None:
    """The record that was looked at is the same afterwards, and changing the answer does not change it."""
    document = json.loads(json.dumps(_DOCUMENT, default=list))
    before = json.dumps(document)
    seen = _look(Role.VILLAGE_DIRECTOR, Purpose.SAFEGUARDING, document)
    wishes = seen["wishes"]
    assert isinstance(wishes, dict)
    wishes["excluded"].append("h-10")
    assert json.dumps(document) == before


def test_clearances_never_mask_less_than_they_show() -> None:
    """In every clearance the masked height is at least the shown one, and no role sees by statistics alone."""
    for (_, purpose), allowed in CLEARANCES.items():
        assert allowed.masked.covers(allowed.shown)
        if purpose is Purpose.STATISTICS:
            assert not allowed.shown.covers(Sensitivity.PERSONAL)


@pytest.mark.parametrize("path", ["", "father..name", "father name", "calls[", "[]"])
def test_a_path_that_cannot_be_one_is_refused(path: str) -> None:
    """A misspelled path would silently guard nothing, so it is an error."""
    with pytest.raises(ValidationError, match="no path of a field"):
        Classification({path: FieldClass(sensitivity=Sensitivity.PUBLIC)})


@pytest.mark.promise
def test_a_bare_text_where_a_record_belongs_is_left_out() -> None:
    """Whoever may know that there is a caregiver does not read a text that somebody put in its place."""
    shown = {"subject": Subject(id="c-1"), "viewer": _ANALYST, "purpose": Purpose.STATISTICS, "as_of": _TODAY}
    for wrong in ("王奶奶 13912345678", 7, ["王奶奶"], True):
        assert view({"id": "c-1", "caregiver": wrong}, CHILD_FIELDS, **shown) == {"id": "c-1"}  # type: ignore[arg-type]
    for nothing in (None, {"unknown": True}):
        seen = view({"id": "c-1", "caregiver": nothing}, CHILD_FIELDS, **shown)  # type: ignore[arg-type]
        assert seen == {"id": "c-1", "caregiver": nothing}


def test_a_list_of_which_nothing_may_be_seen_does_not_tell_how_long_it_is() -> None:
    """Entries whose fields are all withheld are not counted, unless the list itself may be seen."""
    secret = FieldClass(sensitivity=Sensitivity.SENSITIVE, purposes=frozenset({Purpose.STATISTICS}))
    open_ = FieldClass(sensitivity=Sensitivity.PUBLIC)
    shown = {"subject": Subject(id="c-1"), "viewer": _ANALYST, "purpose": Purpose.STATISTICS, "as_of": _TODAY}
    document = {"cases": [{"what": "x"}, {"what": "y"}]}
    assert view(document, Classification({"cases[].what": secret}), **shown) == {}  # type: ignore[arg-type]
    both = Classification({"cases": open_, "cases[].what": secret})
    assert view(document, both, **shown) == {"cases": [{}, {}]}  # type: ignore[arg-type]


_ANALYST = Viewer(id="a", role=Role.ANALYST, scope=Scope(program=True))
_TODAY = dt.date(2026, 9, 1)
