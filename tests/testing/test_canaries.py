"""Is a canary found in whatever disguise it comes out?"""

import base64
import gzip
import html
import io
import json
import urllib.parse
import zipfile
from collections.abc import Callable

import pytest

from careprogram.testing.canaries import canary, found_in

_MARK, _OTHER = canary(12), canary(13)


def _zipped(text: str) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/sharedStrings.xml", text)
    return stream.getvalue()


_DISGUISES: dict[str, Callable[[str], bytes | str]] = {
    "clear": lambda text: text,
    "json": json.dumps,
    "json in upper case": lambda text: json.dumps(text).replace("\\u96c0", "\\u96C0"),
    "html": lambda text: "".join(f"&#{ord(one)};" for one in text),
    "html in hex": lambda text: "".join(f"&#x{ord(one):x};" for one in text),
    "html text": html.escape,
    "url": urllib.parse.quote,
    "utf-16": lambda text: text.encode("utf-16-le"),
    "gb18030": lambda text: text.encode("gb18030"),
    "zip": _zipped,
    "zip in zip": lambda text: _zipped(base64.b64encode(_zipped(text)).decode()),
    "gzip": lambda text: gzip.compress(text.encode()),
    "json in base64": lambda text: base64.b64encode(json.dumps(text).encode()),
    "base64 in json": lambda text: json.dumps({"data": base64.urlsafe_b64encode(text.encode()).decode()}),
    "base64 without padding": lambda text: base64.b64encode(text.encode()).rstrip(b"="),
    "base64 after other letters": lambda text: b"abc" + base64.b64encode(text.encode()),
}


@pytest.mark.parametrize("before", ["", "a", "ab"])
@pytest.mark.parametrize("disguise", _DISGUISES)
def test_a_canary_is_found(disguise: str, before: str) -> None:
    """In clear, escaped, packed, encoded, at any offset: the mark is found, and no other."""
    assert found_in(_DISGUISES[disguise](f"{before}{_MARK} and more"), {_MARK, _OTHER}) == {_MARK}


def test_nothing_is_found_where_nothing_is() -> None:
    """A text without the mark has none, nor has a mask of it."""
    assert found_in("雀** 雀000014雀", {_MARK, _OTHER}) == frozenset()
