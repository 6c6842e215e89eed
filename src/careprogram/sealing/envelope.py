"""What does a sealed record or message look like to the store behind, and how is it opened?

The whole document is one ciphertext, so that not even the names of its fields tell anything. It is bound to the kind,
the id, the schema version and the version it was made from: moved to another child, another record or another version
it does not open. Recipient, heading and text of a message are one ciphertext, bound to the message's id, key, channel
and record. Nothing here finds a key or asks a store.
"""

import base64
import binascii
import json
from collections.abc import Mapping
from typing import Final

import attrs

from careprogram.errors import SealError, ValidationError
from careprogram.ports import (
    IndexValue,
    JsonObject,
    Message,
    Put,
    Record,
    WrittenDocument,
    dumps_bytes,
    loads,
    loads_kept,
    text_in_json,
)
from careprogram.sealing.cipher import seal, unseal
from careprogram.sealing.plan import Subject

FORMAT: Final = 1
SEALED: Final = "sealed"
"""The one field of a sealed document, and the recipient of a sealed message."""


@attrs.frozen(kw_only=True)
class Envelope:
    """A sealed text with what one has to know to open it.

    Attributes:
        subject: Whose key it is.
        key: Which of their keys.
        made_from: The version of the record it was made from; 0 for a message.
        box: The ciphertext.
    """

    subject: Subject
    key: str
    made_from: int
    box: bytes = attrs.field(repr=False)


def sealed_put(put: Put, *, subject: Subject, key: str, secret: bytes, index: Mapping[str, IndexValue]) -> Put:
    """Return *put* with its document sealed, to be found by *index*.

    Raises:
        ValidationError: JSON cannot say the document exactly.
    """
    about = _about_record(put.kind, put.id, put.schema_version, put.expected_version)
    box = seal(secret, dumps_bytes(put.document), about=about)
    return Put(
        kind=put.kind,
        id=put.id,
        document=WrittenDocument(_written(subject, key, made_from=put.expected_version, box=box)),
        expected_version=put.expected_version,
        schema_version=put.schema_version,
        index=index,
    )


def envelope_of(record: Record) -> Envelope | None:
    """Return the envelope that *record* holds, or None where it is not sealed."""
    return _read(record.document.get(SEALED)) if len(record.document) == 1 else None


def opened(record: Record, envelope: Envelope, *, secret: bytes) -> Record:
    """Return *record* with its document opened. Whether it may stand at its version, the caller has to see.

    Raises:
        SealError: It is not what was kept there.
    """
    about = _about_record(record.kind, record.id, record.schema_version, envelope.made_from)
    try:
        return attrs.evolve(record, document=_document(unseal(secret, envelope.box, about=about)))
    except SealError:
        pass
    raise SealError(
        f"{record.kind} {record.id}, version {record.version}: what is kept there was not written there: it was "
        "changed or moved; compare it with a backup"
    ).also_in_chinese(
        f"{record.kind} {record.id} 第 {record.version} 版：那里的内容不是在那里写下的，被改动或移动过；请与备份比对"
    )


def sealed_message(message: Message, *, subject: Subject, key: str, secret: bytes) -> Message:
    """Return *message* with its recipient, heading and text sealed."""
    content = {"recipient": message.recipient, "subject": message.subject, "body": message.body}
    box = seal(secret, dumps_bytes(content), about=_about_message(message))
    return attrs.evolve(message, recipient=SEALED, subject="", body=_written(subject, key, made_from=0, box=box))


def message_envelope(message: Message) -> Envelope | None:
    """Return the envelope that *message* holds, or None where it is not sealed."""
    if message.recipient != SEALED or message.subject:
        return None
    try:
        return _read(loads(message.body).get(SEALED))
    except ValidationError:
        return None


def opened_message(message: Message, envelope: Envelope, *, secret: bytes) -> Message:
    """Return *message* with its recipient, heading and text opened.

    Raises:
        SealError: It is not what was kept there.
    """
    try:
        content = _document(unseal(secret, envelope.box, about=_about_message(message)))
        recipient, subject, body = (str(content[name]) for name in ("recipient", "subject", "body"))
    except (SealError, KeyError):
        raise SealError(
            f"message {message.id}: what is kept there was not written there: it was changed or moved; compare it with "
            "a backup"
        ).also_in_chinese(f"消息 {message.id}：那里的内容不是在那里写下的，被改动或移动过；请与备份比对") from None
    return attrs.evolve(message, recipient=recipient, subject=subject, body=body)


def _about_record(kind: str, id_: str, schema_version: int, made_from: int) -> bytes:
    # As json.dumps would write the list, which takes three times as long.
    place = f'["record", {FORMAT}, {_in_ascii(kind)}, {_in_ascii(id_)}, {schema_version:d}, {made_from:d}]'
    return place.encode()


_in_ascii: Final = json.encoder.encode_basestring_ascii


def _about_message(message: Message) -> bytes:
    place = ["message", FORMAT, message.id, message.key, message.channel, message.about and list(message.about)]
    return json.dumps(place).encode()


def _written(subject: Subject, key: str, *, made_from: int, box: bytes) -> str:
    """Return the canonical text of a sealed document; base64 needs no escapes."""
    said = text_in_json
    return (
        f'{{"{SEALED}":{{"box":"{binascii.b2a_base64(box, newline=False).decode()}","format":{FORMAT},'
        f'"from":{made_from:d},"key":{said(key)},"subject":[{said(subject.kind)},{said(subject.id)}]}}}}'
    )


def _read(value: object) -> Envelope | None:
    match value:
        case {"format": 1, "subject": [str(kind), str(id_)], "key": str(key), "from": int(made_from), "box": str(box)}:
            try:
                content = base64.b64decode(box, validate=True)
            except (binascii.Error, ValueError):
                return None
            return Envelope(subject=Subject(kind, id_), key=key, made_from=made_from, box=content)
    return None


def _document(plain: bytes) -> JsonObject:
    try:
        return loads_kept(plain.decode())
    except (UnicodeDecodeError, ValidationError):
        raise SealError("what was sealed is no document: it was sealed by another program").also_in_chinese(
            "封存的内容不是文档：它由别的程序封存"
        ) from None
