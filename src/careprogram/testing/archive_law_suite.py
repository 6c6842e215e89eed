"""Does a kind of archive keep the laws that every program relies on?

Three lines for the author of a schema:

```python
from careprogram.testing import archive_laws

def test_our_diary():
    archive_laws(DIARY)
```

Documents are made up after the schema of each version, so that no child's data are read. A law that is broken is named
with what was found and what to do about it; all broken ones are told at once.
"""

import copy
import importlib.util
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

import attrs
from hypothesis import HealthCheck, Phase, given, seed, settings

from careprogram.archives import (
    ArchiveError,
    ArchiveField,
    ArchiveKind,
    ArchiveSchema,
    ListType,
    RecordType,
    check,
    classification_of,
    json_schema,
    open_archive,
    validate,
)
from careprogram.builtin.memory_store import MemoryStore
from careprogram.ports import ChangeSet, Put, dumps, loads
from careprogram.testing.archive_near_misses import near_misses
from careprogram.testing.archive_neighbors import full_document, neighbors
from careprogram.testing.strategies.archives import documents

CANARY: Final = "canary-7b1e0d"
"""Stands where a child's data would; no message may repeat it."""


@attrs.frozen(kw_only=True)
class ArchiveLaw:
    """A law.

    Attributes:
        name: Stable.
        says: What should hold.
        remedy: What to do where it does not.
        tries: Tries one version of a kind; raises AssertionError where the law is broken.
    """

    name: str
    says: str
    remedy: str
    tries: "Callable[[ArchiveKind, ArchiveSchema, Trial], None]"


@attrs.frozen(kw_only=True)
class BrokenArchiveLaw:
    """A law that a kind of archive does not keep.

    Attributes:
        law: Its name.
        version: The version it was tried on.
        found: What was seen instead; documents are made up.
    """

    law: ArchiveLaw
    version: int
    found: str

    def __str__(self) -> str:
        return (
            f"law {self.law.name!r} is broken by version {self.version}: {self.law.says}\n"
            f"  found:  {self.found}\n  remedy: {self.law.remedy}"
        )


class BrokenArchiveLawError(AssertionError):
    """A kind of archive that breaks laws; ``broken`` holds each once for each version."""

    def __init__(self, kind: str, broken: tuple[BrokenArchiveLaw, ...]) -> None:
        super().__init__(f"archive {kind!r} breaks {len(broken)} laws:\n" + "\n".join(map(str, broken)))
        self.broken = broken


@attrs.frozen(kw_only=True)
class ArchiveLawsReport:
    """What was tried.

    Attributes:
        kept: Names of the laws that hold.
        not_tried: Names of those that could not be tried, with the reason.
    """

    kept: tuple[str, ...]
    not_tried: Mapping[str, str]


Trial = Callable[[ArchiveSchema, Callable[[Any], None]], None]
"""Tries something on archives of a schema."""


def archive_laws(kind: ArchiveKind | ArchiveSchema, *, examples: int = 15) -> ArchiveLawsReport:
    """Try every law on every version of a kind of archive.

    Args:
        kind: The kind, or a schema that is the only version of one.
        examples: Documents made up for each law and version, beside one with every field.

    Returns:
        What was tried. The law about JSON Schema needs the library ``jsonschema``; where it is not installed, the
        report says so.

    Raises:
        BrokenArchiveLawError: With every law that is broken.

    Examples:
        >>> from careprogram.archives import BASE
        >>> len(archive_laws(BASE, examples=3).kept)
        7
    """
    if isinstance(kind, ArchiveSchema):
        kind = ArchiveKind(versions=(kind,))
    not_tried = {} if importlib.util.find_spec("jsonschema") else {"json-schema": "jsonschema is not installed"}
    laws = [law for law in ARCHIVE_LAWS if law.name not in not_tried]
    broken = tuple(_broken(kind, laws, _trial(examples)))
    if broken:
        raise BrokenArchiveLawError(kind.id, broken)
    return ArchiveLawsReport(kept=tuple(law.name for law in laws), not_tried=not_tried)


def _broken(kind: ArchiveKind, laws: Sequence[ArchiveLaw], trial: Trial) -> Iterator[BrokenArchiveLaw]:
    for law in laws:
        for schema in kind.versions:
            try:
                law.tries(kind, schema, trial)
            except AssertionError as error:
                yield BrokenArchiveLaw(law=law, version=schema.version, found=str(error).split("\n", 1)[0])


def _trial(examples: int) -> Trial:
    def on(schema: ArchiveSchema, law: Callable[[Any], None]) -> None:
        # Chance seldom fills every field; what a rare field breaks must not depend on it.
        law(full_document(schema))

        @seed(0)
        @settings(
            max_examples=examples,
            database=None,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.generate],
        )
        @given(documents(schema))
        def tried(document: Any) -> None:
            law(document)

        tried()

    return on


def _labelled(_kind: ArchiveKind, schema: ArchiveSchema, _trial: Trial) -> None:
    for path, field in _fields(schema.fields, ""):
        for language in ("zh", "en"):
            assert getattr(field.label, language).strip(), f"{path} has no label in {language!r}"
    for language in ("zh", "en"):
        assert getattr(schema.title, language).strip(), f"the schema has no title in {language!r}"


def _fits(_kind: ArchiveKind, schema: ArchiveSchema, trial: Trial) -> None:
    def law(document: Any) -> None:
        problems = check(document, schema)
        assert not problems, f"a document that the schema allows is refused at {problems[0].path}"
        validate(document, schema)

    trial(schema, law)


def _round_trips(_kind: ArchiveKind, schema: ArchiveSchema, trial: Trial) -> None:
    def law(document: Any) -> None:
        assert loads(dumps(document)) == document, "a document comes back from JSON otherwise"
        store = MemoryStore()
        store.commit(ChangeSet(command_id="c", puts=[Put(kind=schema.id, id="a", document=document)]))
        record = store.load(schema.id, "a")
        assert record is not None, "a document is not in the store that took it"
        assert dumps(record.document) == dumps(document), "a document comes back from the store otherwise"

    trial(schema, law)


def _classified(_kind: ArchiveKind, schema: ArchiveSchema, trial: Trial) -> None:
    classes = classification_of(schema)

    def law(document: Any) -> None:
        open_ = classes.unclassified(_paths(document, ""))
        assert not open_, f"nobody says how sensitive {', '.join(open_)} is"

    trial(schema, law)


def _upcasts(kind: ArchiveKind, schema: ArchiveSchema, trial: Trial) -> None:
    def opened(document: Any) -> str:
        try:
            return dumps(open_archive(document, kind, version=schema.version))  # type: ignore[arg-type]
        except ArchiveError as error:
            raise AssertionError(f"an archive does not open: {str(error).splitlines()[0]}") from None

    def law(document: Any) -> None:
        before = dumps(document)
        lifted = opened(document)
        assert dumps(document) == before, "opening an archive changes what is stored"
        assert opened(copy.deepcopy(document)) == lifted, "one archive opens in two ways: an upcaster is not pure"
        made_of = {lifted: before}
        for path, other in neighbors(document, schema):
            source = made_of.setdefault(opened(other), dumps(other))
            assert source == dumps(other), f"something of {path!r} is lost: two archives that differ open as one"
        assert opened(document) == lifted, "an archive opens otherwise after others: an upcaster is not pure"

    trial(schema, law)


def _agrees(_kind: ArchiveKind, schema: ArchiveSchema, trial: Trial) -> None:
    import jsonschema  # type: ignore[import-untyped]

    exported = json_schema(schema)
    jsonschema.Draft202012Validator.check_schema(exported)
    assert json.loads(json.dumps(exported)) == exported, "the JSON Schema is no JSON"
    peer = jsonschema.Draft202012Validator(exported, format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER)

    def law(document: Any) -> None:
        for path, other in [("", document), *near_misses(document, schema)]:
            ours, theirs = not check(other, schema), peer.is_valid(other)
            said = "take" if ours else "refuse"
            assert ours is theirs, f"we {said} a document with a change at {path!r}, and its JSON Schema does not"

    trial(schema, law)


def _silent(_kind: ArchiveKind, schema: ArchiveSchema, trial: Trial) -> None:
    misplaced = (CANARY, f"{CANARY}\n", [CANARY], {CANARY: CANARY})

    def law(document: Any) -> None:
        for path, other in near_misses(document, schema, extra=misplaced):
            if not check(other, schema):
                continue
            try:
                validate(other, schema)
            except ArchiveError as error:
                told = f"{error}{error!r}{error.problems!r}{error.__cause__!r}{error.__context__!r}"
                assert CANARY not in told, f"an error repeats what stood at {path!r}"
            else:
                raise AssertionError(f"a document with a fault at {path!r} is taken")

    trial(schema, law)


def _fields(fields: Sequence[ArchiveField], prefix: str) -> Iterator[tuple[str, ArchiveField]]:
    for field in fields:
        yield f"{prefix}{field.name}", field
        inner = field.type.of if isinstance(field.type, ListType) else field.type
        if isinstance(inner, RecordType):
            yield from _fields(inner.fields, f"{prefix}{field.name}{'[]' if inner is not field.type else ''}.")


def _paths(record: Mapping[str, Any], prefix: str) -> Iterator[str]:
    for name, value in record.items():
        yield f"{prefix}{name}"
        for entry in value if isinstance(value, list) else [value]:
            if isinstance(entry, dict):
                yield from _paths(entry, f"{prefix}{name}{'[]' if isinstance(value, list) else ''}.")


ARCHIVE_LAWS: Final = (
    ArchiveLaw(
        name="labels",
        says="every field has a label in Chinese and in English",
        remedy="give both to Text(zh, en)",
        tries=_labelled,
    ),
    ArchiveLaw(
        name="fits",
        says="every document that the schema allows is taken",
        remedy="compare the types of the fields with what check refuses",
        tries=_fits,
    ),
    ArchiveLaw(
        name="round-trip",
        says="a document comes back from JSON and from a store as it went in",
        remedy="use whole numbers of a unit, texts, dates, choices and yes or no",
        tries=_round_trips,
    ),
    ArchiveLaw(
        name="classified",
        says="every field at every depth has a sensitivity and a purpose",
        remedy="let classification_of(schema) make the classes, and add none by hand",
        tries=_classified,
    ),
    ArchiveLaw(
        name="upcasts",
        says="every old archive opens in the current version, always the same way, and no two different ones as one",
        remedy="carry every field over, keep null and left out apart, read neither clock nor anything outside",
        tries=_upcasts,
    ),
    ArchiveLaw(
        name="json-schema",
        says="the exported JSON Schema takes exactly the documents that check takes",
        remedy="export the schema with json_schema, and change none of it",
        tries=_agrees,
    ),
    ArchiveLaw(
        name="silent",
        says="no error repeats what stood in an archive",
        remedy="name the path and the reason, never the value",
        tries=_silent,
    ),
)
"""Every law, in the order in which they are tried."""
