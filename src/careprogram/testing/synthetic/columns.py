"""Which columns does the roster have, and what stands in them for a given child?

The headings of the national registration form of 2016, nested as it prints them, and beside them the columns that
counties append. A column has a key (record and fact, such as ``child.birth_date``) by which planted errors name it.
"""

import random
from collections.abc import Callable, Mapping
from typing import Final, TypeAlias

import attrs

from careprogram.people import (
    AidKind,
    Answer,
    Caregiver,
    Child,
    Consent,
    Contact,
    Disability,
    Grade,
    Grandparent,
    GuardianshipKind,
    HealthStatus,
    IdentityNumber,
    IncomeSource,
    Parent,
    ParentStatus,
    Phone,
    PlaceCode,
    PlaceTree,
    SchoolingStatus,
)
from careprogram.testing.synthetic.cells import DEAD, TICK, Cell, address, date_cell, label, labels, number_text, yes_no

Cells: TypeAlias = dict[str, Cell]
_DEGREES: Final = "一二三四"


@attrs.frozen
class RosterColumn:
    """One column of the roster.

    Attributes:
        key: Record and fact; for a box also the answer, such as ``schooling.status:primary``.
        path: Its headings, from the outer to the inner.
    """

    key: str
    path: tuple[str, ...]


def _boxes(key: str, heading: tuple[str, ...], answers: type[Answer]) -> list[RosterColumn]:
    return [RosterColumn(f"{key}:{answer.value}", (*heading, answer.zh)) for answer in answers]


def _columns() -> tuple[RosterColumn, ...]:
    elders = (("paternal_grandfather", "祖父"), ("paternal_grandmother", "祖母"),
              ("maternal_grandfather", "外祖父"), ("maternal_grandmother", "外祖母"))  # fmt: skip
    parent = (("name", "姓名"), ("birth_date", "出生日期"), ("work_place", "当前务工地点"), ("phone", "联系电话"),
              ("identity_number", "公民身份证号码"))  # fmt: skip
    found = [RosterColumn("number", ("序号",))]
    found += [RosterColumn(key, ("基本情况", heading)) for key, heading in _CHILD]
    found += _boxes("health.status", ("身体情况",), HealthStatus)
    found += [RosterColumn("health.disability", ("身体情况", "残疾类别及等级"))]
    found += [RosterColumn("health.illness", ("身体情况", "患病类型"))]
    found += [RosterColumn("schooling.boarding", ("是否学校寄宿",))]
    found += _boxes("schooling.status", ("就学情况",), SchoolingStatus)
    found += [RosterColumn(f"{record}.{fact}", ("家庭成员", zh, heading))
              for record, zh in elders for fact, heading in parent[:2]]  # fmt: skip
    found += [RosterColumn(f"{record}.{fact}", ("家庭成员", zh, heading))
              for record, zh in _PARENTS for fact, heading in parent]  # fmt: skip
    found += [RosterColumn("away.both", ("监护情况", "父母双方同时外出"))]
    found += [RosterColumn("away.one", ("监护情况", "父母一方外出、另一方无监护能力"))]
    found += [RosterColumn(f"away.unable:{record}", ("监护情况", "无监护能力", zh)) for record, zh in _PARENTS]
    found += [RosterColumn("caregiver.present", ("监护情况", "父母外出有无委托其他监护人"))]
    found += [RosterColumn(f"caregiver.{fact}", ("监护情况", "委托监护人", heading)) for fact, heading in _CAREGIVER]
    found += _boxes("guardianship.kind", ("监护类型",), GuardianshipKind)
    found += _boxes("household.income_sources", ("家庭经济来源",), IncomeSource)
    found += _boxes("household.aid", ("救助帮扶情况",), AidKind)
    found += [RosterColumn(key, ("补充信息", heading)) for key, heading in _LOCAL]
    return tuple(found)


_PARENTS: Final = (("father", "父亲"), ("mother", "母亲"))
_CHILD: Final = (
    ("child.name", "姓名"),
    ("child.sex", "性别"),
    ("child.ethnicity", "民族"),
    ("child.birth_date", "出生日期"),
    ("child.identity_number", "公民身份证号码"),
    ("registration.registered", "是否登记户口"),
    ("registration.place", "户籍所在地"),
    ("residence.place", "现居住地"),
)
_CAREGIVER: Final = (
    ("name", "姓名"),
    ("phone", "电话"),
    ("identity_number", "公民身份证号码"),
    ("relation", "与被监护人关系"),
    ("address", "居住地地址"),
)
_PARENT_LOCAL: Final = (
    ("status", "状况"),
    ("away_since", "外出起始日期"),
    ("guardianship_capacity", "有无监护能力"),
    ("health", "健康状况"),
    ("last_contact", "最近联系日期"),
)
_LOCAL: Final = (
    ("schooling.school", "学校"),
    ("schooling.grade", "年级"),
    ("schooling.class_name", "班级"),
    ("schooling.homeroom_teacher", "班主任"),
    ("registration.kind", "户口性质"),
    ("residence.settlement", "居住地类型"),
    ("household.family_planning", "是否计划生育家庭"),
    ("household.only_child", "独生子女户"),
    ("household.girls_only", "女孩户"),
    ("household.in_poverty", "是否建档立卡"),
    *((f"{record}.{fact}", f"{zh}{heading}") for record, zh in _PARENTS for fact, heading in _PARENT_LOCAL),
    ("child.moved_with_parents", "随父母进城"),
    ("caregiver.education", "监护人文化程度"),
    ("caregiver.knows_class", "监护人是否了解班级"),
    ("caregiver.written_delegation", "监护人书面委托"),
    ("child.languages", "语言"),
    ("consent.agreed", "监护人同意结对"),
    ("consent.given_on", "同意日期"),
    ("consent.given_by", "同意人与儿童关系"),
    ("consent.notice", "告知书版本"),
)
COLUMNS: Final = _columns()
INDEX: Final[Mapping[str, int]] = {column.key: index for index, column in enumerate(COLUMNS)}
"""The position of each column, from 0."""


@attrs.frozen(kw_only=True)
class RowWriter:
    """Writes children as rows of cells.

    Attributes:
        rng: Chooses among the ways of writing.
        tree: Knows the addresses.
    """

    rng: random.Random
    tree: PlaceTree

    def cells(self, child: Child) -> Cells:
        """Return what stands in each column for *child*, by key; a missing key is an empty cell."""
        parts: tuple[Callable[[Child], Cells], ...] = (
            self._child, self._schooling, self._grandparents, self._parents, self._guardianship, self._household,
        )  # fmt: skip
        return {key: cell for part in parts for key, cell in part(child).items() if cell is not None}

    def _date(self, day: object) -> Cell:
        return date_cell(self.rng, day) if hasattr(day, "isoformat") else None  # type: ignore[arg-type]

    def _number(self, number: object) -> Cell:
        return number_text(self.rng, number.text) if isinstance(number, IdentityNumber | Phone) else None

    def _place(self, code: object) -> Cell:
        return address(self.rng, self.tree, self.tree.place(code)) if isinstance(code, PlaceCode) else None

    def _child(self, child: Child) -> Cells:
        health, found = child.health, Cells()
        found |= {
            "child.name": str(child.name),
            "child.sex": label(child.sex),
            "child.ethnicity": str(child.ethnicity),
            "child.birth_date": self._date(child.birth_date),
            "child.identity_number": "无" if child.identity_number is None else self._number(child.identity_number),
            "registration.registered": yes_no(child.registration.registered),
            "registration.place": self._place(child.registration.place),
            "registration.kind": label(child.registration.kind),
            "residence.place": self._place(child.residence.place),
            "residence.settlement": label(child.residence.settlement),
            "child.moved_with_parents": yes_no(child.moved_with_parents),
            "child.languages": labels(child.languages),
            f"health.status:{getattr(health.status, 'value', '')}": TICK,
            "health.illness": health.illness if isinstance(health.illness, str) else None,
        }
        if isinstance(health.disability, Disability):
            kind, degree = health.disability.kind, health.disability.degree
            found["health.disability"] = (
                f"{label(kind)}{_DEGREES[degree - 1]}级" if isinstance(degree, int) else label(kind)
            )
        if isinstance(child.consent, Consent):
            found |= {
                "consent.agreed": "是",
                "consent.given_on": self._date(child.consent.given_on),
                "consent.given_by": label(child.consent.given_by),
                "consent.notice": child.consent.notice if isinstance(child.consent.notice, str) else None,
            }
        elif child.consent is None:
            found["consent.agreed"] = "否"
        return found

    def _schooling(self, child: Child) -> Cells:
        schooling = child.schooling
        found: Cells = {
            f"schooling.status:{getattr(schooling.status, 'value', '')}": TICK,
            "schooling.boarding": yes_no(schooling.boarding),
            "schooling.grade": str(schooling.grade) if isinstance(schooling.grade, Grade) else None,
        }
        for fact in ("school", "class_name", "homeroom_teacher"):
            value = getattr(schooling, fact)
            found[f"schooling.{fact}"] = value if isinstance(value, str) else None
        return found

    def _grandparents(self, child: Child) -> Cells:
        found: Cells = {}
        for attribute in attrs.fields(type(child.grandparents)):
            elder: Grandparent = getattr(child.grandparents, attribute.name)
            found[f"{attribute.name}.name"] = DEAD if elder.deceased is True else str(elder.name)
            found[f"{attribute.name}.birth_date"] = DEAD if elder.deceased is True else self._date(elder.birth_date)
        return found

    def _parents(self, child: Child) -> Cells:
        found: Cells = {}
        for record, parent in (("father", child.father), ("mother", child.mother)):
            found |= {f"{record}.{fact}": cell for fact, cell in self._parent(parent).items()}
        if all(parent.status is ParentStatus.AWAY_WORKING for parent in child.parents):
            found["away.both"] = TICK
        for record, parent in (("father", child.father), ("mother", child.mother)):
            if parent.status is ParentStatus.UNABLE:
                found |= {"away.one": TICK, f"away.unable:{record}": TICK}
        return found

    def _parent(self, parent: Parent) -> Cells:
        if parent.status is ParentStatus.DECEASED:
            return {"name": DEAD, "birth_date": DEAD, "status": label(parent.status)}
        contact = parent.last_contact
        return {
            "name": str(parent.name),
            "birth_date": self._date(parent.birth_date),
            "work_place": parent.work_place if isinstance(parent.work_place, str) else None,
            "phone": self._number(parent.phone),
            "identity_number": self._number(parent.identity_number),
            "status": label(parent.status),
            "away_since": self._date(parent.away_since),
            "guardianship_capacity": yes_no(parent.guardianship_capacity, have=True),
            "health": label(parent.health),
            "last_contact": self._date(contact.on) if isinstance(contact, Contact) else None,
        }

    def _guardianship(self, child: Child) -> Cells:
        found: Cells = {f"guardianship.kind:{getattr(child.guardianship, 'value', '')}": TICK}
        caregiver = child.caregiver
        if not isinstance(caregiver, Caregiver):
            return found | {"caregiver.present": "无" if caregiver is None else None}
        entrusted = not getattr(caregiver.relation, "is_parent", False)
        return found | {
            "caregiver.present": "有" if entrusted else None,
            "caregiver.name": str(caregiver.name),
            "caregiver.phone": "无" if caregiver.phone is None else self._number(caregiver.phone),
            "caregiver.identity_number": self._number(caregiver.identity_number),
            "caregiver.relation": label(caregiver.relation),
            "caregiver.address": caregiver.address if isinstance(caregiver.address, str) else None,
            "caregiver.education": label(caregiver.education),
            "caregiver.knows_class": yes_no(caregiver.knows_class),
            "caregiver.written_delegation": yes_no(caregiver.written_delegation, have=True),
        }

    def _household(self, child: Child) -> Cells:
        household = child.household
        found: Cells = {
            f"household.{fact}": yes_no(getattr(household, fact))
            for fact in ("family_planning", "only_child", "girls_only", "in_poverty")
        }
        for fact in ("income_sources", "aid"):
            answers = getattr(household, fact)
            found |= {f"household.{fact}:{answer.value}": TICK for answer in answers}
        return found
