"""What does a store hold about one child, all of it?

The copy that a child or its guardian may ask for (PIPL 45): every current record of every kind, as far as the right to
a copy reaches. What is kept for the protection of the child alone is not in it, so that a guardian who does harm learns
nothing from it, not even whether there is something to learn.
"""

import datetime as dt
import json
from collections.abc import Iterator, Mapping
from typing import Final

import attrs

from careprogram.language import Language, Text
from careprogram.ports import Query, Record, Store
from careprogram.privacy import Purpose
from careprogram.program.looking import Seen
from careprogram.program.record_kinds import About, RecordKind
from careprogram.program.save import every_record

COPY: Final = "copy"
"""The purpose that the audit trail names for a copy on request."""

COPY_PURPOSES: Final = tuple(purpose for purpose in Purpose if purpose is not Purpose.SAFEGUARDING)
"""A copy holds what is kept for any of these."""

_NOTE: Final = Text(
    "依法仅为保护儿童安全而保存的信息不在本副本之列；如有疑问，请向乡镇儿童督导员询问。",
    "What the law has kept for the safety of children alone is not part of a copy. Ask the township child supervisor.",
)


@attrs.frozen(kw_only=True)
class SubjectReport:
    """A copy of what is on file about one child.

    Attributes:
        child: Opaque id.
        made_on: The day.
        records: Everything that may be shown, by kind and then by id.
    """

    child: str
    made_on: dt.date
    records: tuple[Seen, ...] = attrs.field(repr=lambda records: f"<{len(records)} records>")

    @property
    def note(self) -> Text:
        """What is not in it; the same in every report, whether or not there is any."""
        return _NOTE

    def to_json(self, kinds: Mapping[str, RecordKind], *, language: Language = "zh") -> str:
        """Return the copy as JSON, kind by kind, with titles in *language*."""
        by_kind: dict[str, list[Mapping[str, object]]] = {}
        for one in self.records:
            by_kind.setdefault(one.kind, []).append({"id": one.id, "version": one.version, "fields": one.document})
        document = {
            "kind": "careprogram.subject-report",
            "child": self.child,
            "made_on": self.made_on.isoformat(),
            "note": self.note.in_(language),
            "records": [
                {"kind": kind, "title": kinds[kind].title.in_(language), "records": found}
                for kind, found in by_kind.items()
            ],
        }
        return json.dumps(document, ensure_ascii=False, indent=1) + "\n"

    def to_text(self, kinds: Mapping[str, RecordKind], *, language: Language = "zh") -> str:
        """Return the copy as plain lines for people, kind by kind."""
        title = Text("个人信息副本", "copy of personal data").in_(language)
        lines = [f"{title} · {self.child} · {self.made_on}", self.note.in_(language)]
        for one in self.records:
            lines += ["", f"[{kinds[one.kind].title.in_(language)}] {one.id}"]
            lines += [f"  {path}: {value}" for path, value in _lines(one.document, "")]
        return "\n".join(lines) + "\n"


def records_of(store: Store, kinds: Mapping[str, RecordKind], child: str) -> Iterator[Record]:
    """Go through every current record about *child*, of every kind in *kinds*, the child's own first."""
    for kind in kinds.values():
        if kind.about is About.CHILD:
            own = store.load(kind.kind, child)
            if own is not None:
                yield own
        elif kind.child_column is not None:
            equals = {kind.child_column: child, **kind.also_equals}
            yield from every_record(store, Query(kind=kind.kind, equals=equals, limit=1_000))


def _lines(value: object, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _lines(inner, f"{path}.{name}" if path else str(name))
    elif isinstance(value, list) and any(isinstance(entry, Mapping) for entry in value):
        for number, entry in enumerate(value, 1):
            yield from _lines(entry, f"{path}[{number}]")
    else:
        text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        yield path, " ".join(text.split())
