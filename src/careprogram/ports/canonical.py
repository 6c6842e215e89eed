"""What is the one text of a document?

Equal documents have equal texts, so that they can be compared, hashed and encrypted as they stand. Nothing is mended:
what JSON cannot say exactly is refused, by its path and never with the value.
"""

import collections.abc
import json
import re
from collections.abc import Mapping
from typing import Any

from careprogram.errors import ValidationError
from careprogram.ports.documents import JsonObject

LARGEST_NUMBER = 2**53 - 1
"""Whole numbers beyond it are changed by other readers of JSON (RFC 8259, section 6)."""


def dumps(document: JsonObject) -> str:
    """Return the canonical text of *document*: equal documents have equal texts.

    It follows RFC 8785 (sorted members, no spaces, shortest escapes), except that members are sorted by code point.

    Raises:
        ValidationError: It holds a float, a whole number beyond ±(2⁵³ - 1), a member name that is not a text, half a
            surrogate pair, itself, or something JSON has no word for; the message names the path and never the value.
    """
    try:
        text = _exact_text(document)
    except RecursionError:
        raise ValidationError("document: nested too deeply, or holds itself; make it flatter", reason="json") from None
    if not text.isascii() and _SURROGATE.search(text):
        raise ValidationError("document: half a surrogate pair is no text; remove it", reason="text")
    return text


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


_ENCODER = json.JSONEncoder(ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":"))
_SURROGATE = re.compile("[\ud800-\udfff]")


def _exact_text(document: JsonObject) -> str:
    try:
        text = _ENCODER.encode(document)  # first, as it notices a document that holds itself
        exact = _is_plain(document)
    except (TypeError, ValueError):
        text, exact = "", False
    return text if exact else _ENCODER.encode(_plain(document, "$"))


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
