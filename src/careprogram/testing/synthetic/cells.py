"""How do people write a date, a number or an address into a cell?

Each in several ways, as rosters show them. All of them mean the value; nothing here is an error.
"""

import datetime as dt
import random
from collections.abc import Iterable
from typing import Final, TypeAlias

from careprogram.people import Answer, Place, PlaceTree

Cell: TypeAlias = str | float | dt.date | None
"""What is put into one cell; None leaves it empty."""

TICK: Final = "√"
DEAD: Final = "—"
GAPS: Final = (None, None, None, "不详", "未知", "/")
"""How people leave a question open; half of the time by writing nothing."""

_FULL_WIDTH: Final = {ord(digit): chr(ord(digit) + 0xFEE0) for digit in "0123456789X"}


def date_cell(rng: random.Random, day: dt.date) -> Cell:
    """Return a date in one of the six common forms, one of them a real date cell."""
    forms: tuple[Cell, ...] = (
        day.isoformat(),
        f"{day.year}/{day.month}/{day.day}",
        f"{day.year}年{day.month}月{day.day}日",
        f"{day:%Y%m%d}",
        f"{day.year}.{day.month}.{day.day}",
        day,
    )
    return rng.choices(forms, (40, 15, 12, 15, 8, 10))[0]


def number_text(rng: random.Random, text: str) -> str:
    """Return an identity or telephone number, seldom with full-width digits, spaces or a small x."""
    chance = rng.random()
    if chance < 0.02:
        return text.translate(_FULL_WIDTH)
    if chance < 0.04:
        return f" {text[:6]} {text[6:]}"
    return text.lower() if chance < 0.06 else text


def yes_no(answer: object, *, have: bool = False) -> Cell:
    """Return 是 or 否 (有 or 无), or nothing where nobody knows."""
    if not isinstance(answer, bool):
        return None
    return ("有" if answer else "无") if have else ("是" if answer else "否")


def label(answer: object) -> Cell:
    """Return the form's wording of an answer, or nothing where nobody knows."""
    return answer.zh if isinstance(answer, Answer) else None


def labels(words: Iterable[str]) -> Cell:
    """Return several words in a fixed order."""
    return "、".join(sorted(words)) or None


def address(rng: random.Random, tree: PlaceTree, place: Place) -> str:
    """Return the address of a place: in full, from the county down, or from the township down."""
    parts = [wider.name for wider in tree.ancestors(place.code) if not wider.placeholder] + [place.name]
    if len(parts) < 4:
        return "".join(parts)
    parts[2] = rng.choice((parts[2], "威宁县", "威宁自治县"))
    start = rng.choices((0, 2, 3), (55, 30, 15))[0]
    return "".join(parts[start:])
