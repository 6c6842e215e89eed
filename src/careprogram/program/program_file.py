"""What does this program file say, and where is it wrong?

Reads TOML into a ``ProgramConfig`` and reports every fault at once: by line where the file is no TOML, by path where a
name is unknown, a value has the wrong type, or two values do not fit together. It opens nothing that the file names.
"""

import datetime as dt
import difflib
import os.path
import re
import tomllib
from collections.abc import Iterator, Mapping
from typing import Any

import attrs

from careprogram.codec import from_document
from careprogram.errors import ConfigurationError, ValidationError
from careprogram.people import PlaceCode
from careprogram.program.config import ProgramConfig


def read_program_file(text: str, *, name: str = "program.toml") -> ProgramConfig:
    """Read a program file.

    Args:
        text: Its content.
        name: What to call it in an error.

    Raises:
        ConfigurationError: With every fault in ``problems``.
    """
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(f"{name} is no TOML file: {error}", problems=(str(error),)) from None
    except RecursionError:
        nested = "lists or tables lie too deep in each other"
        raise ConfigurationError(f"{name} is no program file: {nested}", problems=(nested,)) from None
    problems = list(_unknown_names(document, ProgramConfig, ""))
    config: ProgramConfig | None = None
    try:
        config = from_document(ProgramConfig, _plain(document, ProgramConfig))
    except ValidationError as error:
        problems += [line.strip().removeprefix("$.") for line in str(error).splitlines()[1:]]
    if config is not None:
        problems += _contradictions(config)
    if config is None or problems:
        listed = "\n".join(f"  {problem}" for problem in problems)
        raise ConfigurationError(f"{name} cannot be followed; mend these:\n{listed}", problems=problems)
    return config


def _section(cls: Any, key: str) -> Any:
    """Return the record that the member *key* of *cls* is read into, or None if it is a plain value."""
    field = getattr(attrs.fields(cls), key, None) if attrs.has(cls) else None
    return field.type if field is not None and attrs.has(field.type) else None


def _unknown_names(document: Mapping[str, Any], cls: Any, path: str) -> Iterator[str]:
    names = [field.name for field in attrs.fields(cls)]
    for key, value in document.items():
        if key not in names:
            near = difflib.get_close_matches(key, names, n=1)
            hint = f"did you mean {near[0]!r}?" if near else f"allowed are {', '.join(names)}"
            yield f"{path}{key}: nobody knows this name; {hint}"
        elif isinstance(value, Mapping) and (inner := _section(cls, key)) is not None:
            yield from _unknown_names(value, inner, f"{path}{key}.")


def _plain(value: Any, cls: Any = None) -> Any:
    """Return *value* as JSON would say it, without the names that were reported already."""
    if isinstance(value, Mapping):
        known = {field.name for field in attrs.fields(cls)} if cls is not None else value.keys()
        return {key: _plain(member, _section(cls, key)) for key, member in value.items() if key in known}
    if isinstance(value, list):
        return [_plain(member) for member in value]
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return value.isoformat()
    return value


_LONGEST_ID = 100


def _is_place(code: str) -> bool:
    try:
        PlaceCode.parse(code)
    except ValidationError:
        return False
    return True


def _about_the_program(config: ProgramConfig) -> Iterator[str]:
    if not re.fullmatch(r"[A-Za-z0-9._-]+", config.program.id):
        yield "program.id: write it with letters, digits, dots and dashes only; it becomes part of stored ids"
    if len(config.program.id) > _LONGEST_ID:
        yield f"program.id: write it with at most {_LONGEST_ID} characters; it becomes part of stored ids"
    if config.program.place is not None and not _is_place(config.program.place):
        yield 'program.place: write the code of a place in quotes, such as "440000" or "520526"'


def _about_teams(config: ProgramConfig) -> Iterator[str]:
    if config.pairing.team_size < 1:
        yield "pairing.team_size: a team is at least one helper"
    if not 1 <= (config.pairing.team_minimum or 1) <= max(1, config.pairing.team_size):
        yield "pairing.team_minimum: a team has at least one helper and no more than team_size"
    if config.pairing.load_minimum < 1:
        yield "pairing.load_minimum: a helper in use has at least one child"
    if config.pairing.search_limit < 1:
        yield "pairing.search_limit: give the search 1 or more"


def _contradictions(config: ProgramConfig) -> Iterator[str]:
    yield from _about_the_program(config)
    if config.program.as_of > config.term.end:
        yield "program.as_of: the term is over on that day; name a later term"
    if not config.policies.judge:
        yield "policies.judge: name at least one policy"
    for policy in config.policies.serve:
        if policy not in config.policies.judge:
            yield f"policies.serve: {policy} judges nobody; name it in policies.judge as well"
    if config.plugins.event_seconds < 1:
        yield "plugins.event_seconds: give a plugin at least 1 second"
    if config.pairing.adopt not in config.pairing.strategies:
        yield f"pairing.adopt: {config.pairing.adopt} is not worked out; name it in pairing.strategies as well"
    for score, weight in config.pairing.weights.items():
        if weight < 0:
            yield f"pairing.weights.{score}: a weight is 0 or more"
    if config.pairing.farthest_m is not None and config.pairing.farthest_m < 0:
        yield "pairing.farthest_m: a distance is 0 meters or more; leave it out for no limit"
    yield from _about_teams(config)
    named = config.inputs
    files = [name for name in (named.roster, named.helpers, named.places, named.village_links) if name is not None]
    if os.path.normpath(config.outputs.report) in {os.path.normpath(os.path.dirname(name)) for name in files}:  # noqa: PTH120
        yield "outputs.report: the inputs lie in that folder, and a report file could replace one; name another"
