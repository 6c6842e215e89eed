"""Did anything get out that should not, in whatever disguise?

A canary is a text that stands nowhere else. It is put into a field, everything that comes out is searched for it, and
the field that leaked is told by its number. Outputs are looked at as they are, unzipped, out of base64, and with the
escapes of JSON, HTML and URLs undone, over and over until nothing new appears.
"""

import base64
import binascii
import contextlib
import html
import io
import re
import urllib.parse
import zipfile
import zlib
from collections.abc import Collection, Iterator
from typing import Final

_ROUNDS: Final = 5
"""How many disguises are taken off one after the other, such as base64 inside JSON inside a zip."""

_JSON_ESCAPE = re.compile(r"\\u([0-9a-fA-F]{4})")
_BASE64 = re.compile(rb"[A-Za-z0-9+/_-]{12,}={0,2}")


def canary(number: int) -> str:
    """Return the canary of that number; not ASCII, so that every escape would change it.

    Examples:
        >>> canary(7)
        '雀000007雀'
    """
    return f"雀{number:06d}雀"


def found_in(output: bytes | str, marks: Collection[str]) -> frozenset[str]:
    """Return those of *marks* that are in *output*, in clear or in one of the disguises above.

    Examples:
        >>> found_in(base64.b64encode(f"x{canary(3)}".encode()), {canary(3), canary(4)})
        frozenset({'雀000003雀'})
    """
    raw = output.encode(errors="surrogatepass") if isinstance(output, str) else output
    pattern = re.compile("|".join(re.escape(mark) for mark in sorted(marks, key=len, reverse=True)))
    seen: set[bytes] = set()
    waiting, found = [raw], set[str]()
    for _ in range(_ROUNDS):
        fresh = [blob for blob in dict.fromkeys(waiting) if blob not in seen]
        seen.update(fresh)
        waiting = []
        for blob in fresh:
            for text in _texts(blob):
                found.update(pattern.findall(text))
            waiting.extend(_opened(blob))
    return frozenset(found)


def _texts(blob: bytes) -> Iterator[str]:
    text = blob.decode("utf-8", errors="replace")
    yield text
    yield blob.decode("gb18030", errors="replace")
    for codec in ("utf-16-le", "utf-16-be"):
        if b"\0" in blob or codec == "utf-16-le":
            yield blob.decode(codec, errors="replace")
    plain = _JSON_ESCAPE.sub(lambda match: chr(int(match[1], 16)), text)
    yield html.unescape(plain)
    yield urllib.parse.unquote_plus(text)


def _opened(blob: bytes) -> Iterator[bytes]:
    """Return what is packed inside *blob*."""
    if b"PK\x03\x04" in blob[:4]:
        with zipfile.ZipFile(io.BytesIO(blob)) as packed:
            for name in packed.namelist():
                yield name.encode()
                yield packed.read(name)
        return
    if blob[:2] in {b"\x1f\x8b", b"\x78\x9c", b"\x78\xda"}:
        with contextlib.suppress(zlib.error):
            yield zlib.decompress(blob, wbits=47)
    for match in _BASE64.finditer(blob):
        run = match[0].rstrip(b"=").translate(bytes.maketrans(b"-_", b"+/"))
        for start in range(4):
            # Whatever comes before or after it in the same run of letters, one of four beginnings is the right one.
            part = run[start:]
            part = part[:-1] if len(part) % 4 == 1 else part
            with contextlib.suppress(binascii.Error):
                yield base64.b64decode(part + b"=" * (-len(part) % 4))
    if b"\\" in blob:
        yield _JSON_ESCAPE.sub(lambda one: chr(int(one[1], 16)), blob.decode("utf-8", errors="replace")).encode(
            errors="replace"
        )
