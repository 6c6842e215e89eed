"""What does a program ask a store to keep, and what does it get back?

Plain frozen records; nothing here knows where they are kept.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from pathlib import Path

import attrs

from careprogram.errors import ValidationError
from careprogram.ports.documents import (
    IndexValue,
    JsonObject,
    RecordKey,
    check_aware,
    check_index,
    check_name_field,
    check_names,
    check_object,
    check_positive,
    check_text_field,
    check_whole,
    shown_as_count,
)
from careprogram.ports.messages import Message


@attrs.frozen(kw_only=True)
class Record:
    """One version of one record, as a store gives it back.

    Attributes:
        kind: What it is, such as ``"child"``.
        id: Which one; opaque.
        version: 1 for the first, one more each time.
        schema_version: Which version of the kind's schema wrote the document.
        document: The content; a fresh copy, the reader's own.
    """

    kind: str
    id: str
    version: int
    schema_version: int
    document: JsonObject = attrs.field(repr=False)


@attrs.frozen(kw_only=True)
class Put:
    """Keep this document as the next version of a record.

    Attributes:
        kind: What it is, such as ``"child"``.
        id: Which one; opaque.
        document: The content.
        expected_version: The version it was made from; 0 where there is none yet, or none any more.
        schema_version: Which version of the kind's schema the document follows.
        index: What the record can be found by, replacing what it was found by before. The names of one kind are a
            small closed set, and one name always has one type. A date goes in as ISO text, so that it sorts.
    """

    kind: str = attrs.field(validator=check_name_field)
    id: str = attrs.field(validator=check_name_field)
    document: JsonObject = attrs.field(repr=False, validator=check_object)
    expected_version: int = attrs.field(default=0, validator=check_whole)
    schema_version: int = attrs.field(default=1, validator=check_positive)
    index: Mapping[str, IndexValue] = attrs.field(factory=dict, repr=False, validator=check_index)


@attrs.frozen(kw_only=True)
class Erase:
    """Remove every version of a record, what it is found by, and every message about it.

    The id and the count of its versions stay, so that a later record of the same id goes on counting and nobody can
    take the new one for the old.

    Attributes:
        kind: What it is.
        id: Which one.
        expected_version: The version it has; at least 1.
    """

    kind: str = attrs.field(validator=check_name_field)
    id: str = attrs.field(validator=check_name_field)
    expected_version: int = attrs.field(validator=check_positive)


def _names(names: Iterable[str]) -> tuple[str, ...]:
    if isinstance(names, str):
        raise ValidationError("fields: give a list of paths, not one text", reason="name")
    return tuple(names)


@attrs.frozen(kw_only=True)
class Standing:
    """This record has to stand at this version when the change set is kept, and is not changed by it.

    Whoever writes something that makes sense only beside another record names that record, so that nobody can erase
    or change it in between.

    Attributes:
        kind: What it is.
        id: Which one.
        version: The version it has to have; at least 1.
    """

    kind: str = attrs.field(validator=check_name_field)
    id: str = attrs.field(validator=check_name_field)
    version: int = attrs.field(validator=check_positive)

    @property
    def expected_version(self) -> int:
        """The version it has to have, under the name that puts and erasures have for it."""
        return self.version


@attrs.frozen(kw_only=True)
class AuditEntry:
    """Who did what to whose record, for which purpose, when. It names opaque ids and holds no content.

    Attributes:
        actor: Who did it.
        action: What was done, such as ``"read"`` or ``"pair"``.
        subject_kind: The kind of the record it was done to.
        subject_id: Its id.
        purpose: What for.
        at: When, with its zone.
        fields: The paths of the classified fields that were shown; never their values.
        grant: The id of the access grant, or of the break-glass, that allowed it; empty where the role alone did.
    """

    actor: str = attrs.field(validator=check_name_field)
    action: str = attrs.field(validator=check_name_field)
    subject_kind: str = attrs.field(validator=check_name_field)
    subject_id: str = attrs.field(validator=check_name_field)
    purpose: str = attrs.field(validator=check_name_field)
    at: dt.datetime = attrs.field(validator=check_aware)
    fields: tuple[str, ...] = attrs.field(default=(), converter=_names, validator=check_names)
    grant: str = attrs.field(default="", validator=check_text_field)


# One converter for each type: the checkers cannot follow a generic one through attrs.
def _puts(puts: Iterable[Put]) -> tuple[Put, ...]:
    return tuple(puts)


def _erasures(erasures: Iterable[Erase]) -> tuple[Erase, ...]:
    return tuple(erasures)


def _standing(standing: Iterable[Standing]) -> tuple[Standing, ...]:
    return tuple(standing)


def _messages(messages: Iterable[Message]) -> tuple[Message, ...]:
    return tuple(messages)


def _entries(entries: Iterable[AuditEntry]) -> tuple[AuditEntry, ...]:
    return tuple(entries)


@attrs.frozen(kw_only=True)
class ChangeSet:
    """Everything one command changes, kept whole or not at all. It may hold 100,000 puts.

    Attributes:
        command_id: Which command; committing the same one again writes nothing.
        puts: Versions to keep; no record twice.
        erasures: Records to erase; none that is put as well.
        standing: Records that have to stand as they are; none that is put or erased as well.
        messages: What is to be sent because of it.
        audit: What is to be remembered about it. A change set of audit entries alone is a record of reading.
    """

    command_id: str = attrs.field(validator=check_name_field)
    puts: tuple[Put, ...] = attrs.field(default=(), converter=_puts, repr=shown_as_count)
    erasures: tuple[Erase, ...] = attrs.field(default=(), converter=_erasures)
    standing: tuple[Standing, ...] = attrs.field(default=(), converter=_standing, repr=shown_as_count)
    messages: tuple[Message, ...] = attrs.field(default=(), converter=_messages, repr=shown_as_count)
    audit: tuple[AuditEntry, ...] = attrs.field(default=(), converter=_entries, repr=shown_as_count)

    def __attrs_post_init__(self) -> None:
        named = self.named
        if len({(one.kind, one.id) for one in named}) != len(named):
            raise ValidationError("a change set names one record twice: make one put of it, or two change sets")
        for what in ("id", "key"):
            if len({getattr(message, what) for message in self.messages}) != len(self.messages):
                raise ValidationError(f"a change set holds two messages of one {what}: give each its own")

    @property
    def named(self) -> tuple[Put | Erase | Standing, ...]:
        """Every record it names, each with the version it has to be at."""
        return (*self.puts, *self.erasures, *self.standing)


@attrs.frozen(kw_only=True)
class Receipt:
    """The acknowledgement of a commit.

    Attributes:
        command_id: Which command.
        versions: The version that each put became, by kind and id.
        replayed: Whether the command had been committed before, so that nothing was written now.
    """

    command_id: str
    versions: Mapping[RecordKey, int] = attrs.field(repr=shown_as_count)
    replayed: bool = False


@attrs.frozen(kw_only=True)
class AuditRecord:
    """An audit entry as it was kept.

    Attributes:
        position: Its place in the trail: 1 for the first, one more each time, in order of commit.
        command_id: The command that wrote it.
        entry: What was written.
        digest: What chains it to all entries before it; see `careprogram.ports.audit_chain`.
    """

    position: int
    command_id: str
    entry: AuditEntry
    digest: str


@attrs.frozen(kw_only=True)
class AuditHead:
    """Where an audit trail ends. Whoever keeps it outside the store can tell later whether the trail was cut.

    Attributes:
        position: The place of the last entry; 0 where there is none.
        digest: Its digest, which stands for it and for all entries before it.
    """

    position: int = attrs.field(validator=check_whole)
    digest: str = attrs.field(validator=check_name_field)


@attrs.frozen(kw_only=True)
class BackupReceipt:
    """The acknowledgement of a backup that was written, opened again and checked.

    Attributes:
        path: The file that holds it.
        size: Its bytes.
        digest: The SHA-256 of its bytes, in hexadecimal digits.
        records: How many records it holds, without those that were erased.
        head: Where its audit trail ends.
    """

    path: Path
    size: int
    digest: str
    records: int
    head: AuditHead
