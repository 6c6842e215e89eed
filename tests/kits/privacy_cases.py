"""Looks at records, made by chance: any viewer, child, grants and consents, of fields of every class."""

import datetime as dt
import random
from collections.abc import Iterator

import attrs

from careprogram.people import PlaceCode
from careprogram.privacy import (
    AccessGrant,
    Classification,
    ConsentRecord,
    ConsentRelation,
    DataClass,
    Decision,
    FieldClass,
    Mask,
    Purpose,
    Role,
    Scope,
    Sensitivity,
    Subject,
    Viewer,
    decide,
)

DAY = dt.date(2026, 9, 1)
_VILLAGES = tuple(map(PlaceCode, ("520526101203", "520526101204", "520526102201", "520527101201")))


def _fields() -> Classification:
    classes: dict[str, FieldClass] = {"kind": FieldClass(sensitivity=Sensitivity.PUBLIC)}
    for level in (Sensitivity.INTERNAL, Sensitivity.PERSONAL, Sensitivity.SENSITIVE):
        for data_class in (DataClass.IDENTITY, DataClass.HEALTH):
            for mask in (None, Mask.NAME):
                name = f"{level.value}_{data_class.value}_{'masked' if mask else 'plain'}"
                classes[name] = FieldClass(
                    sensitivity=level,
                    purposes=frozenset(Purpose) - {Purpose.CONTACT},
                    mask=mask,
                    data_class=data_class,
                )
    sensitive = FieldClass(sensitivity=Sensitivity.SENSITIVE, purposes=frozenset(Purpose))
    classes["sensitive_guarded"] = FieldClass(
        sensitivity=Sensitivity.SENSITIVE, purposes=frozenset(Purpose), data_class=DataClass.HEALTH, guarded=True
    )
    return Classification({**classes, "box": sensitive, "box.inner": FieldClass(sensitivity=Sensitivity.PUBLIC)})


FIELDS = _fields()
DOCUMENT = {
    "kind": "x",
    "box": {"inner": "y"},
    "unknown": "z",
    **{path: f"value of {path}" for path in FIELDS.classes if path.startswith(("internal", "personal", "sensitive"))},
}


@attrs.frozen(kw_only=True)
class Case:
    """One look at one record."""

    subject: Subject
    viewer: Viewer
    purpose: Purpose
    as_of: dt.date = DAY
    grants: tuple[AccessGrant, ...] = ()
    consents: tuple[ConsentRecord, ...] = ()

    def decide(self) -> Decision:
        """Decide with the real code."""
        return decide(FIELDS, **{field.name: getattr(self, field.name) for field in attrs.fields(Case)})


def _near(rng: random.Random, day: dt.date) -> dt.date:
    return day + dt.timedelta(days=rng.choice((-800, -30, -1, 0, 1, 30)))


def _consent(rng: random.Random, child: str, number: int) -> ConsentRecord:
    relation = rng.choice(tuple(ConsentRelation))
    spoken, refused = _near(rng, DAY), rng.random() < 0.2
    return ConsentRecord(
        id=f"k-{number}",
        child=child,
        guardian=child if relation is ConsentRelation.SELF else rng.choice(("g-1", "g-2")),
        relation=relation,
        purposes=frozenset(rng.sample(tuple(Purpose), rng.randint(4, 8))),
        data_classes=frozenset(rng.sample(tuple(DataClass), rng.randint(4, 8))),
        notice_version="1",
        given=None if refused else spoken,
        refused=spoken if refused else None,
        expires=None if refused or rng.random() < 0.6 else max(spoken, _near(rng, DAY)),
        withdrawn=None if refused or rng.random() < 0.6 else max(spoken, _near(rng, DAY)),
        separate=rng.random() < 0.7,
    )


def grant_for(rng: random.Random, viewer: Viewer, number: int) -> AccessGrant:
    """Return a grant, most often one of *viewer*."""
    start = _near(rng, DAY)
    one_child = rng.random() < 0.6
    return AccessGrant(
        id=f"grant-{number}",
        grantee=viewer.id if rng.random() < 0.8 else "somebody-else",
        child=rng.choice(("c-1", "c-2")) if one_child else None,
        place=None if one_child else rng.choice((_VILLAGES[0], PlaceCode("520526"))),
        purposes=frozenset(rng.sample(tuple(Purpose), rng.randint(1, 8))),
        up_to=rng.choice(tuple(Sensitivity)),
        approved_by="boss",
        approver_role=Role.COUNTY_OFFICER,
        reason="covers for a colleague",
        from_=start,
        until=start + dt.timedelta(days=rng.choice((0, 1, 60))),
    )


def _scope(rng: random.Random, role: Role) -> Scope:
    children = frozenset(rng.sample(("c-1", "c-2"), rng.randint(0, 2)))
    if role is Role.PUBLIC:
        return Scope()
    if role is Role.CHILD:
        return Scope(children=["c-1"])
    if role is Role.COUNTY_OFFICER:
        return Scope(
            children=children, program=rng.random() < 0.3, places=[PlaceCode(rng.choice(("520526", "520527")))]
        )
    if role is Role.VILLAGE_DIRECTOR:
        return Scope(children=children, places=rng.sample(_VILLAGES, 1))
    return Scope(children=children)


def _case(rng: random.Random) -> Case:
    """Return any case, or one in which the grants alone decide, or one in which the consents do."""
    found, kind = _any_case(rng), rng.random()
    if kind < 0.4:
        return found
    if kind < 0.6:
        viewer = Viewer(id="v-1", role=Role.TEACHER)
        grants = tuple(grant_for(rng, viewer, number) for number in range(rng.choice((1, 2))))
        return attrs.evolve(found, viewer=viewer, purpose=Purpose.SAFEGUARDING, grants=grants, consents=())
    return attrs.evolve(
        found,
        subject=attrs.evolve(found.subject, id="c-1", serves=False),
        viewer=Viewer(id="v-1", role=Role.TEACHER, scope=Scope(children=["c-1"])),
        purpose=rng.choice((Purpose.CARE, Purpose.HEALTH)),
        grants=(),
        consents=tuple(_consent(rng, "c-1", number) for number in range(rng.choice((1, 2, 2, 3)))),
    )


def _any_case(rng: random.Random) -> Case:
    role = rng.choice(tuple(Role))
    viewer = Viewer(id="c-1" if role is Role.CHILD else "v-1", role=role, scope=_scope(rng, role))
    age = rng.choice((6, 13, 14, 15, 17, 18, 30))
    birthday = DAY.replace(year=DAY.year - age) + dt.timedelta(days=rng.choice((-1, 0, 1)))
    subject = Subject(
        id=rng.choice(("c-1", "c-1", "c-2")),
        place=rng.choice((None, *_VILLAGES)),
        birth_date=None if rng.random() < 0.1 else birthday,
        serves=rng.random() < 0.15,
    )
    return Case(
        subject=subject,
        viewer=viewer,
        purpose=rng.choice(tuple(Purpose)),
        grants=tuple(grant_for(rng, viewer, number) for number in range(rng.choice((0, 0, 1, 2)))),
        consents=tuple(
            _consent(rng, rng.choice(("c-1", "c-2")), number) for number in range(rng.choice((0, 1, 1, 2, 3)))
        ),
    )


def cases(count: int, seed: int = 5) -> Iterator[Case]:
    """Yield *count* looks, the same for the same seed."""
    rng = random.Random(seed)
    return (_case(rng) for _ in range(count))
