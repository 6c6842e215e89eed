"""Whose record is it, and which of its columns are nobody's business?

A plan says under whose key a record is sealed, and by which columns it is found through a blind index: a keyed digest
that whoever has no key cannot reverse or guess. Nothing here encrypts.
"""

import hashlib
import hmac
from collections.abc import Mapping
from typing import Final, NamedTuple

import attrs

from careprogram.errors import ValidationError
from careprogram.ports import IndexValue, Message, Put, Query, dumps


class Subject(NamedTuple):
    """Whoever a record is about.

    Attributes:
        kind: What they are, such as ``"child"``.
        id: Who; opaque.
    """

    kind: str
    id: str


PROGRAM: Final = Subject("program", "program")
"""Whoever a record is about that is about no person; all of these share one key."""


def _frozen(names: Mapping[str, frozenset[str]]) -> Mapping[str, frozenset[str]]:
    return {kind: frozenset(columns) for kind, columns in names.items()}


@attrs.frozen(kw_only=True)
class SealingPlan:
    """Under whose key records are sealed, and which columns are blind.

    Attributes:
        people: Kinds of records that are a person: each has a key of its own. A record of another kind belongs to the
            person whose kind one of its columns, or else one of its document's fields, is named after; first come,
            first served in this order. What belongs to nobody is sealed under the key of the program.
        blind: For a kind, the columns that it is found by through a blind index. They can be asked for by a value,
            and not by a range.
    """

    people: tuple[str, ...]
    blind: Mapping[str, frozenset[str]] = attrs.field(factory=dict, converter=_frozen)

    def subject_of(self, put: Put) -> Subject:
        """Return under whose key *put* is sealed."""
        if put.kind in self.people:
            return Subject(put.kind, put.id)
        for source in (put.index, put.document):
            for kind in self.people:
                name = source.get(kind)
                if isinstance(name, str) and name:
                    return Subject(kind, name)
        return PROGRAM

    def subject_of_message(self, message: Message) -> Subject:
        """Return under whose key *message* is sealed."""
        if message.about is not None and message.about[0] in self.people:
            return Subject(*message.about)
        return PROGRAM

    def blinded(self, kind: str, index: Mapping[str, IndexValue], key: bytes) -> Mapping[str, IndexValue]:
        """Return *index* with a digest in the place of each blind value; None stays, as it says only that."""
        hidden = self.blind.get(kind, frozenset())
        if hidden.isdisjoint(index):
            return index
        return {
            name: value if value is None or name not in hidden else _digest(key, kind, name, value)
            for name, value in index.items()
        }

    def blinded_query(self, query: Query, key: bytes) -> Query:
        """Return the question as the store behind can answer it.

        Raises:
            ValidationError: It asks for a range of a blind column.
        """
        column = None if query.within is None else query.within.column
        if column is not None and column in self.blind.get(query.kind, ()):
            raise ValidationError(
                f"{query.kind} is found by {column!r} through a blind index, which has no order: ask for one value",
                reason="blind",
            )
        return attrs.evolve(query, equals=self.blinded(query.kind, query.equals, key))


def _digest(key: bytes, kind: str, column: str, value: str | int) -> str:
    return hmac.new(key, dumps({"of": [kind, column, value]}).encode(), hashlib.sha256).hexdigest()


STANDARD_PLAN: Final = SealingPlan(
    people=("child", "helper"),
    blind={"child": frozenset({"identity"})},
)
"""What a program seals by: children and helpers are people, and a child's identity number is blind."""
