"""What goes wrong when people fill in a roster?

Gaps, errors and double rows, planted into rows that were right. Each planted error is kept with its row, its column
and the reason for which a reader must refuse it, so that a test can compare what was planted with what was found.
"""

import datetime as dt
import random
from collections.abc import Callable, Mapping
from typing import Final, TypeAlias

import attrs

from careprogram.people import Child, IdentityNumber, Phone
from careprogram.testing.synthetic.cells import GAPS, TICK
from careprogram.testing.synthetic.columns import Cells

Spoil: TypeAlias = Callable[[random.Random, Cells, Child], str | None]


@attrs.frozen(kw_only=True)
class PlantedDefect:
    """One error in one cell.

    Attributes:
        row: The row as a person sees it, from 1.
        column: Key of the column.
        reason: Why a reader must refuse it, in the words of ``careprogram.rosters.problems``.
    """

    row: int
    column: str
    reason: str


@attrs.frozen(kw_only=True)
class PlantedGap:
    """One question left open. ``row`` and ``column`` as in `PlantedDefect`."""

    row: int
    column: str


@attrs.frozen(kw_only=True)
class PlantedDuplicate:
    """Two rows about one child.

    Attributes:
        rows: The earlier and the later row, from 1.
        kind: ``identity-number`` or ``name-birth-village``.
    """

    rows: tuple[int, int]
    kind: str


GAP_SHARES: Final[Mapping[str, float]] = {
    "registration.kind": 0.02,
    "residence.settlement": 0.02,
    "household.family_planning": 0.04,
    "household.only_child": 0.03,
    "child.ethnicity": 0.01,
    "father.phone": 0.06,
    "mother.phone": 0.08,
    "father.identity_number": 0.05,
    "mother.identity_number": 0.05,
    "father.away_since": 0.03,
    "mother.away_since": 0.03,
    "father.guardianship_capacity": 0.08,
    "mother.guardianship_capacity": 0.08,
    "father.health": 0.03,
    "mother.health": 0.03,
    "caregiver.education": 0.05,
    "consent.agreed": 0.05,
}
"""Our own choice: how often each question stays open."""

PARENT_LOST: Final = 0.02
"""How often a surveyor could not find out where the father is: neither his status nor a box is filled in."""

SPOILED: Final[Mapping[str, int]] = {
    "identity-number-check-digit": 8,
    "number-cell": 6,
    "identity-number-length": 2,
    "identity-number-fifteen-digits": 2,
    "date-impossible": 5,
    "date-without-day": 2,
    "date-two-digit-year": 2,
    "birth-date-differs": 4,
    "sex-differs": 3,
    "phone-length": 4,
    "choice": 3,
    "yes-no": 2,
    "several-choices": 3,
}
"""How many rows of 2,000 show each error."""


def leave_gaps(rng: random.Random, cells: Cells) -> tuple[str, ...]:
    """Empty some cells of a row and return their keys."""
    left = [key for key, share in GAP_SHARES.items() if key in cells and rng.random() < share]
    if rng.random() < PARENT_LOST and cells.get("father.name") != "—":
        left += [key for key in ("father.status", "father.work_place", "father.away_since", "away.both", "away.one",
                                 "away.unable:mother", "away.unable:father") if key in cells]  # fmt: skip
    for key in dict.fromkeys(left):
        answer = rng.choice(GAPS) if not key.startswith("away.") else None
        if answer is None:
            del cells[key]
        else:
            cells[key] = answer
    if "consent.agreed" in left:
        for key in ("consent.given_on", "consent.given_by", "consent.notice"):
            cells.pop(key, None)
    return tuple(dict.fromkeys(left))


def spoil(rng: random.Random, reason: str, cells: Cells, child: Child) -> str | None:
    """Spoil one cell so that it shows *reason*; return its key, or None where this row cannot show it."""
    return _SPOILERS[reason](rng, cells, child)


def plan_defects(rng: random.Random, rows: int) -> list[str]:
    """Return the reasons to plant into *rows* rows, in random order; at least one of each."""
    plan = [reason for reason, count in SPOILED.items() for _ in range(max(1, round(count * rows / 2000)))]
    rng.shuffle(plan)
    return plan


def _number(child: Child) -> str | None:
    return child.identity_number.text if isinstance(child.identity_number, IdentityNumber) else None


def _own_number(change: Callable[[str], str | float]) -> Spoil:
    def spoiler(_rng: random.Random, cells: Cells, child: Child) -> str | None:
        number = _number(child)
        if number is None or number.endswith("X"):
            return None
        cells["child.identity_number"] = change(number)
        return "child.identity_number"

    return spoiler


def _birth(*forms: str) -> Spoil:
    def spoiler(rng: random.Random, cells: Cells, child: Child) -> str | None:
        day = child.birth_date
        if not isinstance(day, dt.date):
            return None
        cells["child.birth_date"] = rng.choice(forms).format(day=day, short=day.year % 100)
        return "child.birth_date"

    return spoiler


def _other_birth(_rng: random.Random, cells: Cells, child: Child) -> str | None:
    if _number(child) is None or not isinstance(child.birth_date, dt.date):
        return None
    cells["child.birth_date"] = (child.birth_date - dt.timedelta(days=31)).isoformat()
    return "child.birth_date"


def _other_sex(_rng: random.Random, cells: Cells, child: Child) -> str | None:
    if _number(child) is None:
        return None
    cells["child.sex"] = "女" if cells["child.sex"] == "男" else "男"
    return "child.sex"


def _short_phone(_rng: random.Random, cells: Cells, child: Child) -> str | None:
    phone = child.mother.phone
    if not isinstance(phone, Phone):
        return None
    cells["mother.phone"] = phone.text[:10]
    return "mother.phone"


def _write(key: str, *texts: str) -> Spoil:
    def spoiler(rng: random.Random, cells: Cells, _child: Child) -> str | None:
        if key not in cells:
            return None
        cells[key] = rng.choice(texts)
        return key

    return spoiler


def _two_ticks(_rng: random.Random, cells: Cells, _child: Child) -> str | None:
    keys = ("schooling.status:primary", "schooling.status:junior")
    if not any(key in cells for key in keys):
        return None
    cells.update(dict.fromkeys(keys, TICK))
    return keys[1]


_SPOILERS: Final[Mapping[str, Spoil]] = {
    "identity-number-check-digit": _own_number(lambda number: number[:17] + str((int(number[17]) + 1) % 10)),
    "number-cell": _own_number(float),
    "identity-number-length": _own_number(lambda number: number[:16] + number[17:]),
    "identity-number-fifteen-digits": _own_number(lambda number: number[:6] + number[8:17]),
    "date-impossible": _birth("{day.year}-02-30", "{day.year}1302", "{day.year}年11月31日"),
    "date-without-day": _birth("{day.year}年{day.month}月", "{day.year}.{day.month}"),
    "date-two-digit-year": _birth("{short:02d}.{day.month}.{day.day}"),
    "birth-date-differs": _other_birth,
    "sex-differs": _other_sex,
    "phone-length": _short_phone,
    "choice": _write("caregiver.relation", "干爹", "老乡家"),
    "yes-no": _write("schooling.boarding", "周末回家"),
    "several-choices": _two_ticks,
}
