"""What does a program file ask for?

`program.toml` names the inputs, the policies, the pairing, the term, and where everything goes. These are the records
that it is read into; ``program_file`` reads it.
"""

import datetime as dt
from collections.abc import Mapping
from typing import Literal

import attrs

from careprogram.archives.screening import REFERENCES, ScreeningReference
from careprogram.care import Term
from careprogram.errors import ValidationError
from careprogram.ids import PolicyId
from careprogram.language import Language
from careprogram.pairing import SiblingRule
from careprogram.people.place_code import PlaceCode, PlaceLevel
from careprogram.privacy import ConsentNotice, Purpose, Role, Scope, Viewer
from careprogram.privacy.bases import OFFICES

RosterMode = Literal["keep-good", "all-or-nothing"]


@attrs.frozen(kw_only=True)
class ProgramSection:
    """``[program]``: what the program is and on which day it judges.

    Attributes:
        id: Stable name of the program.
        title: What people call it.
        as_of: The day on which children are judged, helpers checked and duties begun.
        language: Of messages, tables and pages.
        key_file: File with the program's secret, from which opaque ids are derived; made if it is not there.
        place: Code of the place it works in, whose rules apply where a policy says otherwise for it; None for none.
    """

    id: str
    title: str
    as_of: dt.date
    language: Language = "zh"
    key_file: str = "program.key"
    place: str | None = None


@attrs.frozen(kw_only=True)
class InputsSection:
    """``[inputs]``: the files that people sent, relative to the program file.

    Attributes:
        roster: Survey roster, ``.xlsx`` or CSV.
        helpers: Helper list.
        places: The county's townships and villages with their coordinates.
        village_links: Who answers for which village.
        headings: Headings of the roster that the library does not know, each with the field it means.
        mode: Keep the good rows, or refuse the whole file.
    """

    roster: str
    helpers: str
    places: str | None = None
    village_links: str | None = None
    headings: Mapping[str, str] = attrs.Factory(dict)
    mode: RosterMode = "keep-good"


@attrs.frozen(kw_only=True)
class PoliciesSection:
    """``[policies]``: by which rules children are judged.

    Attributes:
        judge: Every policy that judges each child.
        serve: Children eligible under any of these are paired and planned for; those of the first named come first,
            then those of the next, each by the policy's own tiers.
        files: Further policy files, relative to the program file.
    """

    judge: tuple[PolicyId, ...]
    serve: tuple[PolicyId, ...]
    files: tuple[str, ...] = ()


@attrs.frozen(kw_only=True)
class PairingSection:
    """``[pairing]``: how children and helpers are brought together.

    Attributes:
        strategies: Every strategy that is worked out and reported.
        adopt: The one whose pairs become pairings.
        weights: How much each score counts.
        assume_consent: Whether a guardian's consent that nobody asked for may be asked after the proposal.
        farthest_m: Farthest distance in meters between a child's and a helper's village; None for no limit.
        team_size: Helpers for one child at the most, in many-to-one and proxy-parent, the lead included.
        team_minimum: Helpers that a team should have, in many-to-one; two, or the size of the team, if not given.
        whole_teams: Whether a child has at least that many helpers or nobody, in many-to-one.
        local_within: Somebody in each team lives in the child's place of this level; None if that is not asked.
        load_minimum: Children that a helper should have, in one-to-many.
        whole_loads: Whether a helper has at least that many children or none, in one-to-many.
        siblings: Whether known siblings have one helper, in one-to-many.
        fair_load: Whether the load is spread evenly before scores count.
        minors_with_adult: Whether helpers under 18 may serve in a team with an adult.
        search_limit: Deterministic time, about seconds, for each part of a plan that is no flow.
    """

    strategies: tuple[str, ...] = ("one-to-one", "many-to-one", "one-to-many")
    adopt: str = "one-to-many"
    weights: Mapping[str, int] = attrs.Factory(lambda: {"proximity": 5, "familiarity": 3, "convenience": 2})
    assume_consent: bool = False
    farthest_m: int | None = None
    team_size: int = 3
    team_minimum: int | None = None
    whole_teams: bool = False
    local_within: PlaceLevel | None = None
    load_minimum: int = 1
    whole_loads: bool = False
    siblings: SiblingRule = SiblingRule.ANY
    fair_load: bool = False
    minors_with_adult: bool = False
    search_limit: int = 10


@attrs.frozen(kw_only=True)
class OutputsSection:
    """``[outputs]``: where everything goes, relative to the program file.

    Attributes:
        store: Address of the store, such as ``"sqlite:out/county.db"`` or ``"memory:"``.
        outbox: Folder of the outgoing messages.
        notifier: Name of the sender.
        report: Report folder.
        anchor: Address of the anchor that keeps the end of the audit trail, such as ``"file:/mnt/office/anchor"``;
            empty for none. It proves something only where whoever can write to the store cannot write.
        keys: Address of the master keys that records are sealed with, such as ``"file:/etc/careprogram/county.keys"``;
            None for a store that can be read by whoever has its files. Keep them away from the store and its backups.
    """

    store: str = "sqlite:out/program.db"
    outbox: str = "out/outbox"
    notifier: str = "file"
    report: str = "out/report"
    anchor: str = "file:out/audit.anchor"
    keys: str | None = None


@attrs.frozen(kw_only=True)
class MessagesSection:
    """``[messages]``: what is said, to whom.

    Attributes:
        helpers: Tell each helper of each new proposal.
        village_links: Tell each responsible person what is due.
        signature: The line below each message.
    """

    helpers: bool = True
    village_links: bool = True
    signature: str = ""


@attrs.frozen(kw_only=True)
class HealthSection:
    """``[health]``: how health checks are screened.

    Attributes:
        references: Ids of the published references in use; every one that ships if not given. The answers of the others
            are "no reference".
    """

    references: tuple[str, ...] = tuple(one.id for one in REFERENCES)

    def in_use(self) -> tuple[ScreeningReference, ...]:
        """Return the references that are named, in the order in which they ship."""
        return tuple(one for one in REFERENCES if one.id in self.references)


@attrs.frozen(kw_only=True)
class ListsSection:
    """``[lists]``: whom the lists of a run and of a proposal are for; each cell is decided on for this reader.

    Attributes:
        reader: Opaque id of the responsible person, for the audit trail.
        role: What they answer for: county, township or village.
        places: Codes of the townships or villages they answer for; the whole program if none is named, which only the
            county may.
        purpose: The one purpose of all lists; each has its own if not given, see ``reports.LIST_PURPOSES``.
    """

    reader: str = "office"
    role: Role = Role.COUNTY_OFFICER
    places: tuple[str, ...] = ()
    purpose: Purpose | None = None

    def viewer(self) -> Viewer:
        """Return the reader.

        Raises:
            ValidationError: They cannot answer for these places, or are no office.
        """
        if self.role not in OFFICES:
            raise ValidationError(f"lists are for an office; a {self.role} is none", reason="role")
        scope = Scope(places=map(PlaceCode.parse, self.places)) if self.places else Scope(program=True)
        return Viewer(id=self.reader, role=self.role, scope=scope)


@attrs.frozen(kw_only=True)
class PluginsSection:
    """``[plugins]``: which installed plugins may take part.

    Attributes:
        load: Entry-point names; nothing that is not named here is loaded.
        strict: Whether a failing plugin stops the run.
        event_seconds: How long a plugin may take over one event, or over the duties of one child.
        answer_seconds: How long it may take over anything else, but for strategies and stores.
        strategy_seconds: How long a strategy of a plugin may take over one plan.
    """

    load: tuple[str, ...] = ()
    strict: bool = False
    event_seconds: int = 10
    answer_seconds: int = 60
    strategy_seconds: int = 3600


@attrs.frozen(kw_only=True)
class ProgramConfig:
    """A whole program file.

    ``[term]`` is the term whose plans and duties are drawn up; ``[notices.VERSION]`` says what each version of the
    notice covers that guardians sign.
    """

    program: ProgramSection
    inputs: InputsSection
    policies: PoliciesSection
    term: Term
    pairing: PairingSection = PairingSection()
    outputs: OutputsSection = OutputsSection()
    messages: MessagesSection = MessagesSection()
    lists: ListsSection = ListsSection()
    health: HealthSection = HealthSection()
    plugins: PluginsSection = PluginsSection()
    notices: Mapping[str, ConsentNotice] = attrs.Factory(dict)
