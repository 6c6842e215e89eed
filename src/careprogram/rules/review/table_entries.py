"""How does a table say which answers to a fact are meant?

Turns the answers that belong together into words: "yes", "16 and over", "at home or unable", "unknown". It decides
nothing.
"""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from careprogram.language import Language, Text
from careprogram.rules.cutoffs import AgeRule, ElapsedUnit, elapsed
from careprogram.rules.facts import BoolFact, ChoiceFact, DateFact, Fact, GroupFact, IntFact, choice_text
from careprogram.rules.predicates import Comparison, Elapsed, Predicate
from careprogram.rules.review.search import Cases, edges_of
from careprogram.rules.review.words import condition_lines
from careprogram.rules.truth import Truth
from careprogram.unknown import UNKNOWN

UNKNOWN_TEXT = Text("未知", "unknown")
_KNOWN = Text("已知", "known")
_UNITS = {
    ElapsedUnit.AGE: Text("周岁", "years"),
    ElapsedUnit.MONTHS: Text("个月", "months"),
    ElapsedUnit.DAYS: Text("天", "days"),
}
_LANGUAGES: tuple[Language, Language] = ("zh", "en")
_TRUTHS = {Truth.TRUE: Text("是", "yes"), Truth.FALSE: Text("否", "no"), Truth.UNKNOWN: UNKNOWN_TEXT}


def entry_text(fact: Fact, cases: Cases, positions: frozenset[int], ages: AgeRule) -> Text:
    """Return which answers to *fact* the *positions* among its telling answers stand for."""
    values = cases.values[fact.name]
    known = {at for at, value in enumerate(values) if value is not UNKNOWN}
    parts = list(_known_parts(fact, cases, positions & known, ages)) if positions & known != known else [_KNOWN]
    if not positions & known:
        parts = []
    return either([*parts, UNKNOWN_TEXT] if positions - known else parts)


def either(parts: Sequence[Text]) -> Text:
    """Return *parts* as alternatives."""
    return Text("或".join(part.zh for part in parts), " or ".join(part.en for part in parts))


def _known_parts(fact: Fact, cases: Cases, positions: frozenset[int], ages: AgeRule) -> Iterator[Text]:
    if isinstance(fact, GroupFact):
        ways = [(cases.way(fact.name, value), at) for at, value in enumerate(cases.values[fact.name])]
        known = [(way, at in positions) for way, at in ways if cases.values[fact.name][at] is not UNKNOWN]
        yield from (_said(shown) for shown in _told_apart(known))
        return
    edges: list[Any] = edges_of(fact, cases.atoms[fact.name], cases.as_of)
    meant = {edge: cases.position(fact.name, edge) in positions for edge in edges}
    match fact:
        case BoolFact():
            yield from (_TRUTHS[Truth.TRUE if value else Truth.FALSE] for value in (True, False) if meant[value])
        case ChoiceFact():
            yield from _choices([(choice_text(member), meant[member]) for member in fact.members])
        case IntFact():
            yield from (_number_range(low, high) for low, high in _runs(meant))
        case DateFact():
            unit = _only_unit(cases, fact)
            yield from (_date_range(run, unit, cases.as_of, ages) for run in _runs(meant))


def _choices(choices: Sequence[tuple[Text, bool]]) -> Iterator[Text]:
    chosen, others = ([text for text, meant in choices if meant is wanted] for wanted in (True, False))
    if 0 < len(others) < len(chosen) and len(chosen) > 2:
        barred = either(others)
        yield (
            Text(f"非{barred.zh}", f"not {barred.en}")
            if len(others) == 1
            else Text(f"非（{barred.zh}）", f"not ({barred.en})")
        )
    else:
        yield from chosen


def _runs(meant: Mapping[Any, bool]) -> Iterator[tuple[Any, Any]]:
    """Yield the ends of each stretch of edges that are meant, in their order; None for an end that is open.

    Between two edges nothing changes, so that a stretch of edges stands for everything between its ends.
    """
    edges = sorted(meant)
    starts = [at for at, edge in enumerate(edges) if meant[edge] and (at == 0 or not meant[edges[at - 1]])]
    for start in starts:
        end = start
        while end + 1 < len(edges) and meant[edges[end + 1]]:
            end += 1
        yield (edges[start] if start > 0 else None), (edges[end] if end + 1 < len(edges) else None)


def _number_range(low: int | None, high: int | None) -> Text:
    if low == high:
        told = str(low)
    elif low is None:
        told = f"≤{high}"
    else:
        told = f"≥{low}" if high is None else f"{low}–{high}"
    return Text(told, told)


def _only_unit(cases: Cases, fact: Fact) -> ElapsedUnit | None:
    atoms = (atom for atom, _ in cases.atoms[fact.name])
    units = {atom.measure.unit for atom in atoms if isinstance(atom, Comparison) and isinstance(atom.measure, Elapsed)}
    return units.pop() if len(units) == 1 else None


def _date_range(
    run: tuple[dt.date | None, dt.date | None], unit: ElapsedUnit | None, as_of: dt.date, ages: AgeRule
) -> Text:
    """Return a stretch of days as a length of time; where a rule counts in several units, as days."""
    first, last = run
    if unit is None:
        if first is None:
            return Text(f"{last}及以前", f"on or before {last}")
        return (
            Text(f"{first}及以后", f"on or after {first}")
            if last is None
            else Text(f"{first}至{last}", f"{first} to {last}")
        )
    words = _UNITS[unit]
    least = elapsed(last, as_of, unit, ages) if last else None
    most = elapsed(first, as_of, unit, ages) if first else None
    if most is None:
        return Text(f"满{least}{words.zh}", f"{least} {words.en} or more")
    if least is None:
        return Text(f"不满{most + 1}{words.zh}", f"under {most + 1} {words.en}")
    span = str(least) if least == most else f"{least}–{most}"
    return Text(f"{span}{words.zh}", f"{span} {words.en}")


def _told_apart(ways: Sequence[tuple[tuple[Truth, ...], bool]]) -> Iterator[dict[int, Truth]]:
    """Yield what conditions, by their positions, must say so that exactly the ways that are meant are left."""
    if all(meant for _, meant in ways):
        yield {}
    elif any(meant for _, meant in ways):
        at = min(range(len(ways[0][0])), key=lambda index: _mixed(ways, index))
        for truth in Truth:
            part = [(way, meant) for way, meant in ways if way[at] is truth]
            yield from ({at: truth, **rest} for rest in (_told_apart(part) if part else ()))


def _mixed(ways: Sequence[tuple[tuple[Truth, ...], bool]], at: int) -> tuple[int, bool]:
    """Return how many ways are left undecided by the condition at *at*, and whether it tells nothing apart."""
    parts = [[meant for way, meant in ways if way[at] is truth] for truth in Truth]
    return sum(len(part) for part in parts if any(part) and not all(part)), sum(map(bool, parts)) < 2


def _said(shown: Mapping[int, Truth]) -> Text:
    zh, en = ([f"{mark_of(at)}{_TRUTHS[shown[at]].in_(language)}" for at in sorted(shown)] for language in _LANGUAGES)
    return Text("且".join(zh), " and ".join(en)) if shown else _KNOWN


def mark_of(at: int) -> str:
    """Return the mark that stands for the condition at position *at* of a group."""
    return chr(0x2460 + at) if at < 20 else f"({at + 1})"


def legend_of(fact: GroupFact, cases: Cases) -> Iterator[Text]:
    """Yield what each mark in the column of the group *fact* stands for."""
    for at, (atom, _) in enumerate(cases.atoms[fact.name]):
        zh, en = (_in_words(atom, cases.as_of, language) for language in _LANGUAGES)
        yield Text(f"{fact.label.zh}{mark_of(at)} {zh}", f"{fact.label.en} {mark_of(at)} {en}")


def _in_words(atom: Predicate, as_of: dt.date, language: Language) -> str:
    return " ".join(line.strip() for line in condition_lines(atom, as_of=as_of, language=language))
