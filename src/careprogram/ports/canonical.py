"""What is the one text of a document?

Equal documents have equal texts, so that they can be compared, hashed and encrypted as they stand. Nothing is mended:
what JSON cannot say exactly is refused, by its path and never with the value.
"""

import collections.abc
import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, final

from careprogram.errors import ValidationError
from careprogram.ports.documents import JsonObject

LARGEST_NUMBER = 2**53 - 1
"""Whole numbers beyond it are changed by other readers of JSON (RFC 8259, section 6)."""


def dumps_texts(document: Mapping[str, str]) -> str:
    """Return the canonical text of a document that holds texts alone, all of which can be kept; see `dumps`.

    Nothing is checked: it is for what a store has checked before, where looking again would take most of the time.
    """
    return _encode(document)


def dumps(document: JsonObject) -> str:
    """Return the canonical text of *document*: equal documents have equal texts.

    It follows RFC 8785 (sorted members, no spaces, shortest escapes), except that members are sorted by code point.

    Raises:
        ValidationError: It holds a float, a whole number beyond ±(2⁵³ - 1), a member name that is not a text, half a
            surrogate pair, itself, or something JSON has no word for; the message names the path and never the value.
    """
    if type(document) is WrittenDocument:
        return document.text
    text = _checked_text(document)
    if not text.isascii() and _SURROGATE.search(text):
        raise ValidationError(_HALF_A_PAIR, reason="text")
    return text


def dumps_bytes(document: JsonObject) -> bytes:
    """Return the canonical text of *document* in UTF-8; see `dumps`.

    Raises:
        ValidationError: As `dumps`.
    """
    if type(document) is WrittenDocument:
        return document.text.encode()
    try:
        return _checked_text(document).encode()
    except UnicodeEncodeError:
        raise ValidationError(_HALF_A_PAIR, reason="text") from None


def _checked_text(document: JsonObject) -> str:
    try:
        return _exact_text(document)
    except RecursionError:
        raise ValidationError("document: nested too deeply, or holds itself; make it flatter", reason="json") from None


def loads_kept(text: str) -> dict[str, Any]:
    """Return the document whose canonical text `dumps` wrote, for a store that gives back what it has kept.

    It does not look for doubled members and large numbers, which are not in such a text; see `loads`.

    Raises:
        ValidationError: It is no JSON object, or holds a float.
    """
    try:
        document, end = _DECODER_OF_KEPT.raw_decode(text)
        if end == len(text) and type(document) is dict:
            return document
    except (ValueError, RecursionError):
        pass
    return loads(text)  # which says what is wrong with it


def loads(text: str) -> dict[str, Any]:
    """Return the document that *text* holds.

    Raises:
        ValidationError: It is no JSON object, names a member twice, or holds a float or a number that is too large.
    """
    try:
        document = _DECODER.decode(text)
    except RecursionError:
        raise ValidationError("document: nested too deeply to be read", reason="json") from None
    except json.JSONDecodeError as error:
        raise ValidationError(f"document: no JSON at character {error.pos}", reason="json") from None
    if not isinstance(document, dict):
        raise ValidationError("document: expected a JSON object", reason="json")
    return document


@final
class WrittenDocument(Mapping[str, Any]):
    """A document that is known by its canonical text, for whoever had to write that text anyway.

    What it holds is read from the text when it is asked for, so that the two cannot differ.

    Attributes:
        text: What `dumps` returns for it. Whoever makes it answers for its being canonical.
    """

    __slots__ = ("text",)

    def __init__(self, text: str) -> None:
        self.text = text

    def __repr__(self) -> str:
        return f"<WrittenDocument of {len(self.text)} characters>"

    def __getitem__(self, name: str) -> Any:
        return loads(self.text)[name]

    def __iter__(self) -> Iterator[str]:
        return iter(loads(self.text))

    def __len__(self) -> int:
        return len(loads(self.text))


_ENCODER = json.JSONEncoder(ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":"))
_SURROGATE = re.compile("[\ud800-\udfff]")
_HALF_A_PAIR = "document: half a surrogate pair is no text; remove it"


def _encoder() -> Callable[[object], str]:
    """Return what writes a document: the C encoder, made once and not anew for each text, where there is one.

    It keeps no list of what it is inside of, which threads would share: a document that holds itself ends in a
    ``RecursionError``.
    """
    make = getattr(json.encoder, "c_make_encoder", None)
    if make is None:
        return _ENCODER.encode
    write = make(None, _ENCODER.default, json.encoder.encode_basestring, None, ":", ",", True, False, False)
    return lambda value: "".join(write(value, 0))


_encode = _encoder()


def _exact_text(document: JsonObject) -> str:
    try:
        text = _encode(document)  # first, as it notices a document that holds itself
        exact = _is_plain(document)
    except (TypeError, ValueError):
        text, exact = "", False
    return text if exact else _encode(_plain(document, "$"))


def _is_plain(document: JsonObject) -> bool:
    """Tell quickly whether the encoder will write *document* exactly; where it is in doubt the answer is no."""
    waiting: list[Any] = [document]
    while waiting:
        value = waiting.pop()
        kind = type(value)
        if kind is dict:
            for name, member in value.items():
                if type(name) is not str:
                    return False
                if type(member) is not str:
                    waiting.append(member)
        elif kind is list or kind is tuple:
            waiting.extend(value)
        elif kind is int:
            if not -LARGEST_NUMBER <= value <= LARGEST_NUMBER:
                return False
        elif kind is not str and kind is not bool and value is not None:
            return False
    return True


def _plain(value: object, path: str) -> object:
    """Copy *value* into plain dicts and lists, or say where it cannot be written."""
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, int) and -LARGEST_NUMBER <= value <= LARGEST_NUMBER:
        return int(value)
    if isinstance(value, Mapping):
        if not all(isinstance(name, str) for name in value):
            raise ValidationError(f"{path}: the names of members are texts", reason="json")
        return {name: _plain(member, path + path_step(name)) for name, member in value.items()}
    if isinstance(value, collections.abc.Sequence) and not isinstance(value, bytes | bytearray):
        return [_plain(member, f"{path}[{position}]") for position, member in enumerate(value)]
    what = {float: "a float", int: "a number beyond 2⁵³ - 1"}.get(type(value), f"a {type(value).__name__}")
    raise ValidationError(f"{path}: {what} cannot be kept exactly; write it as a text", reason="json")


def text_in_json(text: str) -> str:
    """Return *text* as it stands in the canonical text of a document, for texts that are put together by hand.

    Raises:
        ValidationError: It holds half a surrogate pair.
    """
    written: str = json.encoder.encode_basestring(text)
    if not text.isascii() and _SURROGATE.search(text):
        raise ValidationError(_HALF_A_PAIR, reason="text")
    return written


def path_step(name: object) -> str:
    """Return how a path goes on to the member *name*, without showing a name that might be a value.

    Six digits in a row may be part of a telephone or identity number, or of a date.
    """
    plain = isinstance(name, str) and re.fullmatch(r"(?!.*[0-9]{6})[A-Za-z_][A-Za-z0-9_.:-]{0,63}", name)
    return f".{name}" if plain else "[…]"


def _no_float(_: str) -> float:
    raise ValidationError("document: holds a float, which cannot be kept exactly", reason="json")


def _bounded(digits: str) -> int:
    if len(digits) > 17 or not -LARGEST_NUMBER <= (number := int(digits)) <= LARGEST_NUMBER:
        raise ValidationError("document: holds a number beyond 2⁵³ - 1", reason="json")
    return number


def _unique(members: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(members)
    if len(made) != len(members):
        raise ValidationError("document: names a member twice", reason="json")
    return made


_DECODER = json.JSONDecoder(
    object_pairs_hook=_unique, parse_float=_no_float, parse_int=_bounded, parse_constant=_no_float
)
_DECODER_OF_KEPT = json.JSONDecoder(parse_float=_no_float, parse_constant=_no_float)
