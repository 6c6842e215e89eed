"""What did people send?

Opens the files that a program names and hands them to ``rosters``. A file that is not there, or cannot be read, is
refused with its name; what is wrong inside a file is told by row and column.
"""

import os
import secrets
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeVar

import attrs

from careprogram.care import Service
from careprogram.errors import CareProgramError, ConfigurationError, ConflictError, RosterError, ValidationError
from careprogram.ids import ChildId, HelperId, ServiceId
from careprogram.language import Text
from careprogram.people import Helper, PlaceTree, VillageLinks
from careprogram.program.config import ProgramConfig
from careprogram.program.program_problems import unreadable
from careprogram.program.progress import Progress
from careprogram.rosters import (
    HelperReading,
    RosterReading,
    RowFacts,
    identify_helpers_with,
    identify_with,
    read_helpers,
    read_places,
    read_roster,
    read_village_links,
)

T = TypeVar("T")


@attrs.frozen(kw_only=True)
class Inputs:
    """Everything that was read.

    Attributes:
        roster: The children, and what was wrong with their rows.
        helpers: The helpers, and what was wrong with theirs.
        places: The country's counties and the program's own townships and villages.
        links: Who answers for which village.
        rows: Sheet and row of each child, as the person sees them.
    """

    roster: RosterReading
    helpers: HelperReading
    places: PlaceTree
    links: VillageLinks
    rows: Mapping[ChildId, tuple[str, int]] = attrs.field(factory=dict, repr=lambda rows: f"<{len(rows)} rows>")

    def helper_by_id(self) -> Mapping[HelperId, Helper]:
        """Return the helpers by id."""
        return {helper.id: helper for helper in self.helpers.items}


def read_inputs(
    config: ProgramConfig, folder: Path, *, catalogue: Mapping[ServiceId, Service], progress: Progress
) -> Inputs:
    """Read the files that *config* names, relative to *folder*.

    Raises:
        ConfigurationError: A file is not there or may not be read.
        RosterError: A file cannot be understood, or has errors and the whole was to be refused.
    """
    named, as_of = config.inputs, config.program.as_of
    files = [name for name in (named.places, named.village_links, named.helpers, named.roster) if name is not None]
    progress.begin(Text("读取名单", "reading the lists"), len(files))
    key = program_key(folder / config.program.key_file)
    places, links = PlaceTree.gb2260(), VillageLinks(())
    if named.places is not None:
        counties = places
        places = _reading(
            folder, named.places, progress, lambda raw: counties.with_places(read_places(raw, tree=counties))
        )
    if named.village_links is not None:
        tree = places
        links = VillageLinks(
            _reading(folder, named.village_links, progress, lambda raw: read_village_links(raw, places=tree, key=key))
        )
    words = {word: service.id for service in catalogue.values() for word in (service.title.zh, service.id)}
    helpers = _reading(
        folder,
        named.helpers,
        progress,
        lambda raw: read_helpers(
            raw,
            mode=named.mode,
            as_of=as_of,
            identify=identify_helpers_with(key),
            places=places,
            services=words,
        ),
    )
    name_child, rows = identify_with(key), dict[ChildId, tuple[str, int]]()

    def identify(facts: RowFacts) -> ChildId:
        child = name_child(facts)
        rows[child] = (facts.sheet, facts.row)
        return child

    roster = _reading(
        folder,
        named.roster,
        progress,
        lambda raw: read_roster(
            raw,
            heading_map=named.headings or None,
            mode=named.mode,
            as_of=as_of,
            identify=identify,
            places=places,
        ),
    )
    return Inputs(roster=roster, helpers=helpers, places=places, links=links, rows=rows)


def _reading(folder: Path, name: str, progress: Progress, read: Callable[[bytes], T]) -> T:
    """Read one file, so that whatever is refused names it."""
    try:
        raw = (folder / name).read_bytes()
    except (OSError, ValueError) as error:
        raise unreadable(folder / name, error, "check [inputs]", "请检查 [inputs]") from None
    try:
        found = read(raw)
    except RosterError as error:
        refused = RosterError(f"{name}: {error}", problems=error.problems, reason=error.reason)
        raise refused.also_in_chinese(_named_in_chinese(name, error)) from None
    except ValidationError as error:
        wrong = ValidationError(f"{name}: {error}", reason=error.reason)
        raise wrong.also_in_chinese(_named_in_chinese(name, error)) from None
    except ConflictError as error:
        raise ConflictError(f"{name}: {error}").also_in_chinese(_named_in_chinese(name, error)) from None
    progress.advance()
    return found


def _named_in_chinese(name: str, error: CareProgramError) -> str:
    return f"{name}：{error.in_chinese}" if error.in_chinese else ""


def program_key(path: Path) -> bytes:
    """Return the secret of a program; make one, readable by its owner alone, where there is none yet.

    Raises:
        ConfigurationError: The file cannot be read or made, or holds no key.
    """
    try:
        if not path.exists():
            _make_key(path)
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else "no file can be called so"
        raise ConfigurationError(f"{path} cannot be made ({why}): check program.key_file").also_in_chinese(
            f"{path}：无法建立密钥文件；请检查 program.key_file"
        ) from None
    try:
        key = bytes.fromhex(path.read_text(encoding="ascii").strip())
    except (OSError, ValueError):
        raise ConfigurationError(
            f"{path} holds no key: restore it from the backup; it names all records"
        ).also_in_chinese(f"{path}：里面没有密钥；请从备份恢复，所有记录的编号都由它而来") from None
    if len(key) < 16:
        raise ConfigurationError(
            f"{path} holds a key that is too short: it needs at least 32 hexadecimal digits"
        ).also_in_chinese(f"{path}：密钥太短，至少要有 32 位十六进制数字")
    return key


def _make_key(path: Path) -> None:
    """Make a new secret at *path*, whole or not at all; where two do so at once, the first one's stands."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(32) + "\n")
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(name, path)
        except FileExistsError:
            pass
        except OSError:
            # Some file systems, such as those of memory sticks, know no links.
            Path(name).replace(path)
    finally:
        Path(name).unlink(missing_ok=True)
