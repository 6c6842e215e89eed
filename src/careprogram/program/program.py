"""What does an application hold of careprogram?

One ``Program``: its file, its folder, its plugins and its clock. This is the only place where the rooms are put
together; what each does is told there.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path

import attrs

from careprogram.builtin.contributions import standard_host
from careprogram.care import Service
from careprogram.eligibility import load_policy
from careprogram.errors import NotFoundError, PolicyError, StoreError
from careprogram.ids import PolicyId, ServiceId
from careprogram.language import Language, Text
from careprogram.pairing import PairingRules, PairingStrategy, default_constraints
from careprogram.people import PlaceCode
from careprogram.plugins import PluginHost
from careprogram.ports import AuditAnchor, Clock, Keyring, Notifier, Store
from careprogram.program.clock import SystemClock
from careprogram.program.config import ProgramConfig
from careprogram.program.program_file import language_asked, read_program_file
from careprogram.program.program_problems import not_known, unreadable
from careprogram.program.progress import Progress, SilentProgress
from careprogram.program.summary import RunSummary
from careprogram.program.teams import as_asked
from careprogram.rules import Policy, Stage
from careprogram.sealing import SealedStore

PROGRAM_FILE = "program.toml"


@attrs.frozen(kw_only=True)
class Program:
    """A care program, ready to run.

    Attributes:
        config: What its file asks for.
        folder: Where the file lies; every path in it is relative to this.
        host: Its plugins.
        clock: Asked once for each command.
    """

    config: ProgramConfig
    folder: Path
    host: PluginHost
    clock: Clock

    @classmethod
    def load(cls, path: Path | str, *, plugins: Iterable[object] = (), clock: Clock | None = None) -> "Program":
        """Load the program at *path*.

        Args:
            path: The program file, or the folder with a ``program.toml``.
            plugins: Registered in addition to those that the file names.
            clock: The machine's if not given.

        Raises:
            ConfigurationError: The file is not there, or cannot be followed; ``problems`` holds every fault.
            NotFoundError: A plugin that the file names is not installed.
            PluginError: One of *plugins* cannot be registered.
        """
        file = Path(path) / PROGRAM_FILE if Path(path).is_dir() else Path(path)
        try:
            text = file.read_text(encoding="utf-8-sig")
        except (OSError, ValueError) as error:
            raise unreadable(file, error, "name a program file or its folder", "请写程序文件或它所在的文件夹") from None
        config = read_program_file(text, name=str(file))
        host = standard_host(
            load=config.plugins.load,
            plugins=plugins,
            strict=config.plugins.strict,
            event_seconds=config.plugins.event_seconds,
            answer_seconds=config.plugins.answer_seconds,
            strategy_seconds=config.plugins.strategy_seconds,
        )
        host.archive_kinds()  # a gap between two versions of a kind is told before anything is read
        return cls(config=config, folder=file.parent, host=host, clock=clock or SystemClock())

    def run(self, progress: Progress | None = None) -> RunSummary:
        """Do the main job: read, judge, pair, plan, keep, tell, report.

        Raises:
            ConfigurationError: An input cannot be opened.
            RosterError: An input cannot be understood, or was to be refused whole.
            PolicyNotInForceError: A policy has no rules for the program's day.
            StoreError: The store failed; what was acknowledged stays.
            OSError: The report cannot be written; the records are kept, and the next run writes it.
        """
        from careprogram.program.run import run

        return run(self, progress or SilentProgress())

    def policies(self) -> tuple[Policy, ...]:
        """Return the policies that judge, in the order of the file, as they hold in the place of the program.

        Raises:
            ConfigurationError: One of them is nowhere to be found.
            PolicyError: A policy file has faults, or is called as another policy is.
        """
        known: dict[PolicyId, Policy] = dict(self.host.policies())
        for name in self.config.policies.files:
            policy = load_policy(self._text(name), name=name)
            if policy.id in known:
                raise PolicyError(
                    f"{name}: policy {policy.id} exists already; give yours an id of its own"
                ).also_in_chinese(f"{name}：已有编号为 {policy.id} 的政策；请给您的政策另取编号")
            known[policy.id] = policy
        missing = [name for name in self.config.policies.judge if name not in known]
        if missing:
            raise not_known("policies.judge", Text("政策", "policy"), missing, known)
        place = self.config.program.place
        code = PlaceCode.parse(place).text if place is not None else ""
        # The clauses of both stages: at which of them a child is, a run finds on file.
        return tuple(known[name].at(place=code, stage=Stage.ALWAYS) for name in self.config.policies.judge)

    def strategies(self) -> tuple[PairingStrategy, ...]:
        """Return the strategies that are worked out, in the order of the file.

        Raises:
            ConfigurationError: Nobody contributes one of them.
        """
        known, asked = self.host.strategies(), self.config.pairing
        missing = [name for name in asked.strategies if name not in known]
        if missing:
            raise not_known("pairing.strategies", Text("结对方式", "strategy"), missing, known)
        return tuple(as_asked(known[name], asked) for name in asked.strategies)

    def pairing_rules(self) -> PairingRules:
        """Return the rules of pairing: everybody's constraints and scores, the shipped ones set as the file says."""
        asked = self.config.pairing
        own = default_constraints(
            allow_unknown_child_consent=asked.assume_consent,
            farthest_m=asked.farthest_m,
            minors_with_adult=asked.minors_with_adult,
        )
        set_here = {constraint.id: constraint for constraint in own}
        scores = self.host.scores()
        unknown = sorted(set(asked.weights) - set(scores))
        if unknown:
            raise not_known("pairing.weights", Text("评分", "score"), unknown, scores)
        constraints = self.host.constraints()
        return PairingRules(
            constraints=tuple(set_here.get(name, constraint) for name, constraint in constraints.items()),
            scores=tuple(scores.values()),
            weights=dict(asked.weights),
        )

    def catalogue(self) -> Mapping[ServiceId, Service]:
        """Return every service that the program knows."""
        return self.host.services()

    def open_store(self) -> Store:
        """Open the program's store; the caller closes it.

        Raises:
            NotFoundError: No plugin opens such an address.
            StoreError: It cannot be opened.
        """
        address = self.config.outputs.store
        scheme, colon, place = address.partition(":")
        if colon and place and not place.startswith("/"):
            try:
                (self.folder / place).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            except (OSError, ValueError):
                raise StoreError(
                    f"outputs.store: the folder of {place!r} cannot be made: name another place"
                ).also_in_chinese(f"outputs.store：无法建立 {place!r} 所在的文件夹；请换一个位置") from None
        keyring = self.open_keyring()
        try:
            store = self.host.open_store(f"{scheme}{colon}{place}", folder=self.folder)
        except NotFoundError as error:
            raise _not_opened("outputs.store", error) from None
        return store if keyring is None else SealedStore(store, keyring)

    def open_keyring(self) -> Keyring | None:
        """Open the master keys that the program's records are sealed with; None where they are not sealed.

        Raises:
            NotFoundError: No plugin opens such an address.
            SealError: The keys cannot be used.
            MissingExtraError: The extra ``sealing`` is not installed.
        """
        address = self.config.outputs.keys
        if address is None:
            return None
        try:
            return self.host.open_keyring(address, folder=self.folder)
        except NotFoundError as error:
            raise _not_opened("outputs.keys", error) from None

    def open_anchor(self) -> AuditAnchor | None:
        """Open the anchor that keeps the end of the audit trail; None where the program has none.

        Raises:
            NotFoundError: No plugin opens such an address.
            StoreError: It cannot be opened.
        """
        address = self.config.outputs.anchor
        if not address:
            return None
        try:
            return self.host.open_anchor(address, folder=self.folder)
        except NotFoundError as error:
            raise _not_opened("outputs.anchor", error) from None

    def open_notifier(self) -> Notifier:
        """Open the sender of the program's messages.

        Raises:
            NotFoundError: No plugin serves that channel.
        """
        outputs = self.config.outputs
        return self.host.open_notifier(outputs.notifier, {"folder": outputs.outbox}, folder=self.folder)

    def _text(self, name: str) -> str:
        try:
            return (self.folder / name).read_text(encoding="utf-8")
        except (OSError, ValueError) as error:
            raise unreadable(self.folder / name, error, "check policies.files", "请检查 policies.files") from None


def _not_opened(setting: str, error: NotFoundError) -> NotFoundError:
    en, zh = "a plugin takes part once plugins.load names it", "插件要写进 plugins.load 才会参加"
    return NotFoundError(f"{setting}: {error}; {en}").also_in_chinese(f"{setting}：{error.in_chinese}；{zh}")


def language_of(path: Path) -> Language:
    """Return the language that the program at *path* asks for, even one that cannot be loaded; else Chinese."""
    try:
        return language_asked((path / PROGRAM_FILE if path.is_dir() else path).read_text(encoding="utf-8-sig"))
    except (OSError, ValueError):
        return "zh"
