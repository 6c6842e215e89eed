"""What does a copy of personal data say, record by record, in words that a family reads?

Each record becomes lines of a label and a value; a verdict tells its reasons, and duties of one kind are told together
with how often they are due. It leaves out nothing that the copy holds but ids of fields and of rules.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, TypeAlias

import attrs

from careprogram.care import ResponsibleKind
from careprogram.eligibility import ChildFacts
from careprogram.language import Language, Text
from careprogram.program import records
from careprogram.program.field_words import label_of, value_of
from careprogram.program.looking import Seen
from careprogram.program.record_kinds import RecordKind

Line: TypeAlias = tuple[str, str]
"""A label and a value."""


@attrs.frozen(kw_only=True)
class CopyPart:
    """The records of one kind.

    Attributes:
        title: What people call them.
        records: The lines of each.
    """

    title: str
    records: tuple[tuple[Line, ...], ...] = attrs.field(repr=lambda records: f"<{len(records)}>")


_TRUTH: Final = {
    "true": Text("成立", "holds"),
    "false": Text("不成立", "does not hold"),
    "unknown": Text("待定", "open"),
}
_SOURCES: Final = (
    (r"minors law, art\. (\d+)", r"未成年人保护法第\1条", r"law on the protection of minors, art. \1"),
    (r"school health rules, art\. (\d+)", r"学校卫生工作条例第\1条", r"school health rules, art. \1"),
    (r"seed text, essay 7( \(four cares\))?", "县关爱方案", "county plan of care"),
    (r"seed text, essay 8( \(four ones\))?", "乡关爱方案", "township plan of care"),
    (r"school routine", "学校常规", "school routine"),
)
"""How the sources of duties are told; the numbers of articles stay."""

_CLAUSE = Text("条款", "clause")
_FACT = Text("所依据的情况", "fact it rests on")
_LIMIT = Text("适用标准", "limit in force")
_MISSING = Text("尚待核实", "still to be found out")
_DUE = Text("期限", "due")
_BY = Text("由谁负责", "by whom")
_SOURCE = Text("依据", "source")
_NOBODY = Text("尚无人负责", "nobody yet")


def copy_parts(
    seen: Sequence[Seen], kinds: Mapping[str, RecordKind], *, language: Language, names: Mapping[str, Text]
) -> tuple[CopyPart, ...]:
    """Return what a copy says, kind by kind.

    Args:
        seen: The records of the copy, see ``SubjectReport.records``.
        kinds: The kinds of records.
        language: Of the words.
        names: What people call policies, services and strategies, by id.
    """
    by_kind: dict[str, list[Seen]] = {}
    for one in seen:
        by_kind.setdefault(one.kind, []).append(one)
    parts: list[CopyPart] = []
    for name, found in by_kind.items():
        kind = kinds[name]
        telling = _Telling(kind, language, names)
        if name == records.DUTY:
            told = tuple(_duties(found, language))
        elif name == records.CARE_PLAN:
            told = tuple(tuple(telling.plan(one.document)) for one in found)
        elif name == records.VERDICT:
            told = tuple(tuple(telling.verdict(one.document)) for one in found)
        else:
            told = tuple(tuple(telling.lines(one.document)) for one in found)
        parts.append(CopyPart(title=kind.title.in_(language), records=told))
    return tuple(parts)


@attrs.frozen
class _Telling:
    """Tells the fields of records of one kind."""

    kind: RecordKind
    language: Language
    names: Mapping[str, Text]

    @property
    def order(self) -> Mapping[str, int]:
        """The place of each field and container in the table of its kind."""
        found: dict[str, int] = {}
        for place, path in enumerate(self.kind.classification.classes):
            parts = path.split(".")
            for depth in range(1, len(parts) + 1):
                found.setdefault(".".join(parts[:depth]).removesuffix("[]"), place)
        return found

    def lines(self, document: Mapping[str, object], prefix: str = "", number: str = "") -> Iterator[Line]:
        """Go through the fields in the order of their table; entries of a list are numbered."""
        order = self.order
        for name in sorted(document, key=lambda name: order.get(f"{prefix}{name}", len(order))):
            value, path = document[name], f"{prefix}{name}"
            inner = isinstance(value, Mapping) and self.kind.classification.holds_fields(path)
            if isinstance(value, Mapping) and inner and value.get("unknown") is not True:
                yield from self.lines(value, f"{path}.", number)
            elif isinstance(value, list) and value and all(isinstance(one, Mapping) for one in value):
                for count, entry in enumerate(value, 1):
                    yield from self.lines(entry, f"{path}[].", f" {count}")
            else:
                label, told = self.line(path, value)
                yield f"{label}{number}", told

    def line(self, path: str, value: object) -> Line:
        """Return one field by its label and its value in words."""
        told = value_of(self.kind, path, value, self.language, self.names)
        return label_of(self.kind, path).in_(self.language), told

    def plan(self, document: Mapping[str, object]) -> Iterator[Line]:
        """Tell a care plan: for when, who carries each care, which services there are and from whom."""
        said, term = self.language, document.get("term")
        days = [term.get(name) for name in ("start", "end")] if isinstance(term, Mapping) else []
        yield label_of(self.kind, "term").in_(said), " – ".join(str(day) for day in days if day)
        for care in _each(document.get("assignments")):
            yield self._value("assignments[].care", care.get("care")), _hand(care.get("responsible"), said)
        for service in _each(document.get("services")):
            title = self._value("services[].service", service.get("service"))
            yield f"{label_of(self.kind, 'services').in_(said)} · {title}", _hand(service.get("responsible"), said)
        yield self.line("drawn_up_on", document.get("drawn_up_on"))

    def _value(self, path: str, value: object) -> str:
        return value_of(self.kind, path, value, self.language, self.names)

    def verdict(self, document: Mapping[str, object]) -> Iterator[Line]:
        """Tell a verdict with its reasons."""
        said = self.language
        for name in ("policy", "as_of", "determination", "tier", "next_change"):
            if document.get(name) is not None:
                yield self.line(name, document[name])
        reasons = document.get("explanation")
        told = reasons if isinstance(reasons, Mapping) else {}
        for clause in _each(told.get("clauses")):
            truth = _TRUTH.get(str(clause.get("truth")), Text("", "")).in_(said)
            yield _CLAUSE.in_(said), f"{_text(clause.get('text'), said)} · {truth} · {clause.get('citation')}"
        for used in _each(told.get("facts")):
            colon = "：" if said == "zh" else ": "
            yield _FACT.in_(said), f"{_text(used.get('label'), said)}{colon}{_text(used.get('value'), said)}"
        for limit in _each(told.get("thresholds")):
            words = (_text(limit.get("label"), said), str(limit.get("value")), _text(limit.get("unit"), said))
            yield _LIMIT.in_(said), " ".join(word for word in words if word)
        missing = document.get("missing")
        for name in map(str, missing if isinstance(missing, list) else ()):
            fact = ChildFacts.facts().get(name.partition(".")[0])
            yield _MISSING.in_(said), name if fact is None else fact.label.in_(said)


def _duties(found: Sequence[Seen], language: Language) -> Iterator[tuple[Line, ...]]:
    """Tell duties of one title and hand together: what is due each week is said once."""
    together: dict[tuple[str, str, str], list[str]] = {}
    for one in found:
        document = one.document
        by = _hand(document.get("responsible"), language)
        key = (_text(document.get("title"), language), by, source_words(str(document.get("source", "")), language))
        together.setdefault(key, []).append(str(document.get("due")))
    for (title, by, source), days in sorted(together.items(), key=lambda item: (min(item[1]), item[0])):
        first, last, count = min(days), max(days), len(days)
        spread = Text(f"{first} 至 {last}，共 {count} 次", f"{first} to {last}, {count} times")
        due = first if count == 1 else spread.in_(language)
        yield (title, due), (_BY.in_(language), by), (_SOURCE.in_(language), source)


def _hand(person: object, language: Language) -> str:
    """Return as what somebody is responsible, and until when where it ends; never who."""
    told = person if isinstance(person, Mapping) else {}
    kind = next((who for who in ResponsibleKind if who.value == told.get("kind")), None)
    if kind is None:
        return _NOBODY.in_(language)
    until = told.get("until")
    end = Text(f"（至 {until}）", f" (until {until})").in_(language) if until else ""
    return f"{kind.label(language)}{end}"


def source_words(source: str, language: Language) -> str:
    """Return the source of a duty as a family reads it.

    Examples:
        >>> source_words("seed text, essay 8; school health rules, art. 14", "zh")
        '乡关爱方案；学校卫生工作条例第14条'
    """
    for pattern, zh, en in _SOURCES:
        source = re.sub(pattern, zh if language == "zh" else en, source)
    return source.replace("; ", "；") if language == "zh" else source


def _each(value: object) -> list[Mapping[str, object]]:
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, list) else []


def _text(value: object, language: Language) -> str:
    found = value.get(language) if isinstance(value, Mapping) else value
    return "" if found is None else str(found)
