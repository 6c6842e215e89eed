"""On which line of a TOML file does a key stand?

The standard reader gives values without places. This one gives places without values: enough to tell a domain expert
which line to look at. It expects text that `tomllib` has accepted.
"""

import re
from typing import TypeAlias

KeyPath: TypeAlias = tuple[str | int, ...]
"""Where a value sits, such as ``("categories", 0, "clauses", 2, "when")``."""

_HEADER = re.compile(r"^\s*(\[\[?)\s*([^\[\]]+?)\s*\]\]?\s*(?:#.*)?$")
_KEY = re.compile(r"""^\s*((?:[\w-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[\w-]+|"[^"]*"|'[^']*'))*)\s*=\s*(.*)$""")
_PART = re.compile(r"""[\w-]+|"[^"]*"|'[^']*'""")
_INLINE_KEY = re.compile(r"""(?:^|[{,])\s*([\w-]+)\s*=""")


class LineMap:
    """The line of every key of a TOML text; lines count from 1."""

    def __init__(self, text: str) -> None:
        self._lines: dict[KeyPath, int] = {}
        self._text_lines: dict[KeyPath, int] = {}
        self._counts: dict[KeyPath, int] = {}
        self._scan(text.split("\n"))

    def line(self, path: KeyPath) -> int:
        """Return the line of *path*, or of the nearest thing around it that has one; 1 as a last resort."""
        while path:
            if path in self._lines:
                return self._lines[path]
            path = path[:-1]
        return 1

    def text_line(self, path: KeyPath) -> int:
        """Return the line on which the text of a value begins, which for a ``'''`` text may be the next one."""
        return self._text_lines.get(path, self.line(path))

    def _scan(self, lines: list[str]) -> None:
        table: KeyPath = ()
        number = 0
        while number < len(lines):
            line = lines[number]
            header = _HEADER.match(line)
            key = None if header else _KEY.match(line)
            if header:
                table = self._open(header.group(2), array=header.group(1) == "[[", line=number + 1)
            elif key:
                path = (*table, *_parts(key.group(1)))
                number = self._value(path, key.group(2), lines, number)
            number += 1

    def _open(self, name: str, *, array: bool, line: int) -> KeyPath:
        path: KeyPath = ()
        parts = _parts(name)
        for index, part in enumerate(parts):
            path = (*path, part)
            if array and index == len(parts) - 1:
                self._counts[path] = self._counts.get(path, -1) + 1
                self._lines.setdefault(path, line)
            if path in self._counts:
                path = (*path, self._counts[path])
        self._lines[path] = line
        return path

    def _value(self, path: KeyPath, rest: str, lines: list[str], number: int) -> int:
        """Note the place of a value and return the number of its last line."""
        self._lines[path] = number + 1
        quote = rest[:3]
        if quote in {"'''", '"""'}:
            self._text_lines[path] = number + (2 if rest[3:].strip() == "" else 1)
            quotes = rest.count(quote)
            while quotes < 2 and number + 1 < len(lines):
                number += 1
                quotes += lines[number].count(quote)
            return number
        if rest[:1] in {"[", "{"}:
            for inner in _INLINE_KEY.findall(rest):
                self._lines.setdefault((*path, inner), number + 1)
            depth = _depth(rest)
            while depth > 0 and number + 1 < len(lines):
                number += 1
                depth += _depth(lines[number])
        return number


def _parts(name: str) -> tuple[str, ...]:
    return tuple(part.strip("\"'") for part in _PART.findall(name))


def _depth(text: str) -> int:
    bare = re.sub(r"""\"(?:[^"\\]|\\.)*\"|'[^']*'|#.*""", "", text)
    return sum(bare.count(mark) for mark in "[{") - sum(bare.count(mark) for mark in "]}")
