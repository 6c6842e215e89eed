"""How does an archive that an old version wrote open in the new one?

A kind of archive keeps the schema of every version it ever had, and one upcaster from each to the next. That the chain
has no gap is checked when the kind is made, so a program with a gap does not start. What is stored is never changed:
an old document is lifted each time it is read.
"""

import copy
from collections.abc import Callable, Mapping
from typing import TypeAlias

import attrs

from careprogram.archives.schema import ArchiveSchema
from careprogram.archives.validation import ArchiveError, Document, check
from careprogram.errors import ValidationError
from careprogram.language import Text

Lift: TypeAlias = Callable[[dict[str, object]], Document]
"""From a document of one version to the same of the next; pure, and free to change what it is given."""


@attrs.frozen(kw_only=True)
class Upcaster:
    """The step from one version to the next.

    Attributes:
        from_version: The version it reads; it writes the next one.
        lift: What it does.
        text: What changed, for people.
    """

    from_version: int
    lift: Lift
    text: Text


@attrs.frozen(kw_only=True)
class ArchiveKind:
    """A kind of archive, with all its versions.

    Attributes:
        versions: The schema of every version, from 1, without a gap.
        upcasters: One from each version but the last, in order.

    Raises:
        ValidationError: A version or an upcaster is missing or doubled, or the schemas are of different kinds.
    """

    versions: tuple[ArchiveSchema, ...]
    upcasters: tuple[Upcaster, ...] = ()

    def __attrs_post_init__(self) -> None:
        kinds = sorted({schema.id for schema in self.versions})
        if len(kinds) != 1:
            raise ValidationError(f"a kind of archive has the schemas of one kind, not of {kinds}", reason="kind")
        _check_numbers(kinds[0], "schemas", [schema.version for schema in self.versions], len(self.versions))
        steps = [upcaster.from_version for upcaster in self.upcasters]
        _check_numbers(kinds[0], "upcasters", steps, len(self.versions) - 1)

    @property
    def id(self) -> str:
        """The kind."""
        return self.versions[0].id

    @property
    def current(self) -> ArchiveSchema:
        """The schema that new archives are written by."""
        return self.versions[-1]


def _check_numbers(kind: str, what: str, found: list[int], wanted: int) -> None:
    expected = list(range(1, wanted + 1))
    if found != expected:
        raise ValidationError(
            f"archive {kind!r}: {what} are there for versions {found}, needed are {expected}, in that order",
            reason="gap",
        )


def open_archive(document: Document, kind: ArchiveKind, *, version: int) -> dict[str, object]:
    """Return *document* as the current version of its kind writes it.

    Args:
        document: As stored; it is not changed.
        kind: Its kind.
        version: The version that wrote it.

    Raises:
        ArchiveError: The version is unknown, the document does not fit it, or an upcaster failed or made a document
            that does not fit the next version. The message never holds a value.
    """
    if not 1 <= version <= kind.current.version:
        raise ArchiveError(
            f"archive {kind.id!r} of version {version}: this program knows versions 1 to {kind.current.version}; "
            "install the one that wrote it, or a newer one"
        )
    opened = _fitting(document, kind.versions[version - 1], f"version {version} as stored")
    for upcaster, schema in zip(kind.upcasters[version - 1 :], kind.versions[version:], strict=True):
        step = f"lifting from version {upcaster.from_version}"
        opened = _fitting(_lifted(opened, upcaster, f"archive {kind.id!r}, {step}"), schema, step)
    return opened


def _lifted(document: dict[str, object], upcaster: Upcaster, where: str) -> object:
    failure: Exception
    try:
        return upcaster.lift(document)
    except Exception as error:  # noqa: BLE001 - whoever wrote it, its text may hold what it read
        failure = error
    raise ArchiveError(f"{where}: the upcaster raised {type(failure).__name__}; mend it, the stored archive is whole")


def _fitting(document: object, schema: ArchiveSchema, where: str) -> dict[str, object]:
    problems = check(document, schema)
    if problems or not isinstance(document, Mapping):
        lines = "\n".join(f"  {problem.path}: {problem.text.en}" for problem in problems)
        raise ArchiveError(
            f"archive {schema.id!r}, {where}: does not fit version {schema.version} at\n{lines}", problems=problems
        )
    return copy.deepcopy(dict(document))
