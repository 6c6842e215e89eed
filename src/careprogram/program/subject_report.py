"""What does a store hold about one child, all of it?

The copy that a child or its guardian may ask for (PIPL 45): every current record of every kind, as far as the right to
a copy reaches. What is kept for the protection of the child alone is not in it, so that a guardian who does harm learns
nothing from it, not even whether there is something to learn.
"""

import datetime as dt
import json
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final

import attrs

from careprogram.language import Language, Text
from careprogram.ports import Record, Store
from careprogram.privacy import CHILD_FIELDS, Mask, Purpose
from careprogram.privacy.masks import masked
from careprogram.program.copy_page import copy_page
from careprogram.program.copy_words import copy_parts
from careprogram.program.field_words import label_of
from careprogram.program.looking import Seen
from careprogram.program.record_kinds import About, RecordKind
from careprogram.program.records import CHILD
from careprogram.program.save import every_record

COPY: Final = "copy"
"""The purpose that the audit trail names for a copy on request."""

COPY_PURPOSES: Final = tuple(purpose for purpose in Purpose if purpose is not Purpose.SAFEGUARDING)
"""A copy holds what is kept for any of these."""

_NOTE: Final = Text(
    "依法仅为保护儿童安全而保存的信息不在本副本之列；如有疑问，请向乡镇儿童督导员询问。",
    "What the law has kept for the safety of children alone is not part of a copy. Ask the township child supervisor.",
)


_TITLE: Final = Text("个人信息副本", "copy of personal data")
_RIGHTS: Final = Text(
    "您可以要求更正、补充或删除这些信息，也可以撤回同意（个人信息保护法第十五条、第四十五条至第四十七条）。"
    "请联系学校或乡镇儿童督导员。",
    "You can ask for this to be corrected, completed or erased, and withdraw your consent (PIPL 15 and 45 to 47). Ask "
    "the school or the township child supervisor.",
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
        """Return the copy as JSON, kind by kind, with what people call each field in *language*."""
        by_kind: dict[str, list[Seen]] = {}
        for one in self.records:
            by_kind.setdefault(one.kind, []).append(one)
        document = {
            "kind": "careprogram.subject-report",
            "child": self.child,
            "made_on": self.made_on.isoformat(),
            "note": self.note.in_(language),
            "records": [
                {
                    "kind": kind,
                    "title": kinds[kind].title.in_(language),
                    "labels": {
                        path: label_of(kinds[kind], path).in_(language)
                        for path in sorted({path for one in found for path in one.fields})
                    },
                    "records": [{"id": one.id, "version": one.version, "fields": one.document} for one in found],
                }
                for kind, found in by_kind.items()
            ],
        }
        return json.dumps(document, ensure_ascii=False, indent=1) + "\n"

    def to_text(
        self,
        kinds: Mapping[str, RecordKind],
        *,
        language: Language = "zh",
        names: Mapping[str, Text] = MappingProxyType({}),
    ) -> str:
        """Return the copy as plain lines for people, kind by kind.

        Args:
            kinds: The kinds of records.
            language: Of labels and words.
            names: What people call policies, services and strategies, by id; the id where it is not there.
        """
        lines = [_TITLE.in_(language), self._made(language), self.note.in_(language)]
        for part in copy_parts(self.records, kinds, language=language, names=names):
            lines += ["", f"[{part.title}]"]
            for number, record in enumerate(part.records):
                lines += [""] if number else []
                lines += [f"  {label}{'：' if language == 'zh' else ': '}{value}" for label, value in record]
        return "\n".join([*lines, "", _RIGHTS.in_(language)]) + "\n"

    def to_page(
        self,
        kinds: Mapping[str, RecordKind],
        *,
        language: Language = "zh",
        names: Mapping[str, Text] = MappingProxyType({}),
    ) -> str:
        """Return the copy as a page to print, one file of HTML; see `to_text`."""
        return copy_page(
            copy_parts(self.records, kinds, language=language, names=names),
            title=_TITLE,
            made=self._made(language),
            note=self.note,
            rights=_RIGHTS,
            language=language,
        )

    def _made(self, language: Language) -> str:
        return Text(f"儿童编号 {self.child} · {self.made_on}", f"child {self.child} · {self.made_on}").in_(language)


OTHERS: Final = frozenset(
    path
    for path, field in CHILD_FIELDS.classes.items()
    if field.mask in {Mask.IDENTITY_NUMBER, Mask.PHONE} and "." in path
)
"""Numbers of parents and caregivers on the record of a child: a copy shows enough to recognize them, for it may be in
the hands of the other parent (PIPL 45 gives everybody what is kept about themselves)."""


def without_others(seen: Seen) -> Seen:
    """Return a record as a copy shows it: numbers that belong to somebody else are masked."""
    if seen.kind != CHILD:
        return seen
    return attrs.evolve(seen, document=_masked(seen.document, ""))


def _masked(document: Mapping[str, object], prefix: str) -> dict[str, object]:
    found: dict[str, object] = {}
    for name, value in document.items():
        path, field = f"{prefix}{name}", CHILD_FIELDS.of(f"{prefix}{name}")
        if path in OTHERS and isinstance(value, str) and field is not None and field.mask is not None:
            found[name] = masked(value, field.mask)
        else:
            found[name] = _masked(value, f"{path}.") if isinstance(value, Mapping) else value
    return found


def records_of(store: Store, kinds: Mapping[str, RecordKind], child: str) -> Iterator[Record]:
    """Go through every current record about *child*, of every kind in *kinds*, the child's own first."""
    for kind in kinds.values():
        if kind.about is About.CHILD:
            own = store.load(kind.kind, child)
            if own is not None:
                yield own
        elif (query := kind.of_child(child)) is not None:
            yield from every_record(store, attrs.evolve(query, limit=1_000))
