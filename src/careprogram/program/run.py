"""What is the main job, from the lists that people sent to the report that they get?

Reads, judges, pairs, plans, keeps, tells and reports, in this order. Everything is kept before anything is sent;
running it again on the same files changes nothing.
"""

import contextlib
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from careprogram.archives import SURVEY
from careprogram.archives.schema import SUBJECT
from careprogram.events import (
    ChildEnrolled,
    ChildJudged,
    ChildLeftUnpaired,
    Event,
    PairingProposed,
    PlanDrawn,
    RunFinished,
)
from careprogram.ids import ChildId
from careprogram.language import Text
from careprogram.pairing import PairingPlan, PairingStrategy
from careprogram.ports import AuditEntry, MessageState, Notifier, Put, Store
from careprogram.program import records
from careprogram.program.archives import archives_on_file
from careprogram.program.audit import keep_end
from careprogram.program.consent_intake import take_in_consents
from careprogram.program.deliver import deliver
from careprogram.program.enrollment import (
    ENROLLMENT,
    enroll,
    enrollment_records,
)
from careprogram.program.findings import Findings
from careprogram.program.inputs import program_key
from careprogram.program.judge import (
    count_verdicts,
)
from careprogram.program.list_reading import list_readers, reading_entered
from careprogram.program.notify import Letters, Voice, no_longer_true, tell_helpers, tell_responsible
from careprogram.program.plan import plan_all
from careprogram.program.progress import Progress
from careprogram.program.proposal import propose_pairs
from careprogram.program.report import report_files, situation_of, write_files
from careprogram.program.save import Kept, post, save, tried_in_vain
from careprogram.program.summary import (
    CareCounts,
    ConsentCounts,
    MessageCounts,
    PairingCounts,
    RosterCounts,
    RunSummary,
)
from careprogram.rosters import HelperReading, RosterReading

if TYPE_CHECKING:
    from careprogram.program.program import Program

_MOST_MESSAGES = 100_000
_GIVEN_UP = (MessageState.REFUSED, MessageState.UNKNOWN)


def run(program: "Program", progress: Progress) -> RunSummary:
    """Do the main job of *program*; see ``Program.run``."""
    with contextlib.closing(program.open_store()) as store:
        findings = work_out(program, store, progress)
        # A sender that nobody knows is found out before anything is kept.
        notifier = program.open_notifier()
        kept = _keep(program, store, findings, progress)
        consents = take_in_consents(
            store,
            findings.inputs.roster.children,
            notices=program.config.notices,
            key=program_key(program.folder / program.config.program.key_file),
            actor="careprogram",
            clock=program.clock,
        )
        messages = _tell(program, store, findings, notifier, progress)
        try:
            written = _report(program, store, findings, progress)
        finally:
            unanchored = keep_end(program, store)
    _announce(program, findings, kept)
    return RunSummary(
        roster=_roster_counts(findings.inputs.roster),
        helpers=_helper_counts(findings.inputs.helpers),
        policies={policy.id: count_verdicts(policy, findings.verdicts[policy.id]) for policy in findings.policies},
        pairings={
            strategy.id: _pairing_counts(program, strategy, findings.pairing.plans[strategy.id])
            for strategy in program.strategies()
        },
        care=_care_counts(findings),
        kept=kept,
        consents=ConsentCounts(
            stated=consents.stated,
            given=consents.given,
            withdrawn=consents.withdrawn,
            gaps=Counter(consents.gaps.values()),
        ),
        messages=messages,
        ended=len(findings.pairing.orphaned) + len(findings.pairing.broken),
        held=len(findings.pairing.held),
        erased=findings.erased,
        report=program.folder / program.config.outputs.report,
        written=written,
        failures=(*(str(failure) for failure in program.host.failures), *unanchored),
        of_plugins=tuple(failure.text for failure in program.host.failures),
    )


def work_out(program: "Program", store: Store, progress: Progress) -> Findings:
    """Read, judge, pair and plan, without changing anything; *store* tells who is in and which pairings stand."""
    config = program.config
    proposal = propose_pairs(program, store=store, progress=progress)
    inputs, serve, as_of = proposal.inputs, config.policies.serve, config.program.as_of
    plans, duties = plan_all(
        inputs.roster.children,
        proposal.served,
        proposal.result.standing(),
        inputs.helper_by_id(),
        links=inputs.links,
        term=config.term,
        as_of=as_of,
        catalogue=program.catalogue(),
        rules=tuple(program.host.duty_rules().values()),
        progress=progress,
        surveys=_surveys(store),
    )
    return Findings(
        inputs=inputs,
        policies=proposal.policies,
        verdicts=proposal.verdicts,
        entitled=proposal.entitled,
        enrollments=enroll(proposal.enrollments, proposal.entitled, serve=serve, as_of=as_of),
        pairing=proposal.result,
        plans=plans,
        duties=duties,
        erased=proposal.erased,
    )


def _surveys(store: Store) -> Mapping[ChildId, list[Mapping[str, object]]]:
    """Return the surveys on file by child."""
    found: dict[ChildId, list[Mapping[str, object]]] = {}
    for filed in archives_on_file(store, SURVEY):
        found.setdefault(ChildId(str(filed.document[SUBJECT])), []).append(filed.document)
    return found


def _keep(program: "Program", store: Store, findings: Findings, progress: Progress) -> Mapping[str, Kept]:
    """Bring the store in line with the findings."""
    verdicts = (put for by_child in findings.verdicts.values() for put in records.verdict_records(by_child))
    kinds: tuple[tuple[str, Iterable[Put]], ...] = (
        (records.CHILD, records.child_records(findings.inputs.roster.children)),
        (records.HELPER, records.helper_records(findings.inputs.helpers.items)),
        (records.VILLAGE_LINK, records.village_link_records(findings.inputs.links.links)),
        (records.VERDICT, verdicts),
        (ENROLLMENT, enrollment_records(findings.enrollments)),
        (records.PAIRING, records.pairing_records(findings.pairing.pairings)),
        (records.CARE_PLAN, records.plan_records(findings.plans)),
        (records.DUTY, records.duty_records(findings.duties)),
    )
    progress.begin(Text("保存记录", "keeping the records"), len(kinds))
    now, name = program.clock.now(), program.config.program.id
    kept: dict[str, Kept] = {}
    for kind, puts in kinds:
        entry = AuditEntry(
            actor="careprogram", action="save", subject_kind=kind, subject_id=name, purpose="care-program", at=now
        )
        kept[kind] = save(store, kind, puts, command=f"{name}:{kind}", audit=entry)
        progress.advance()
    return kept


def _tell(
    program: "Program", store: Store, findings: Findings, notifier: Notifier, progress: Progress
) -> MessageCounts:
    """Put what there is to say into the outbox, then send what is waiting there."""
    config = program.config
    voice = Voice(
        program=config.program.title,
        signature=config.messages.signature or config.program.title,
        language=config.program.language,
        channel=config.outputs.notifier,
    )
    links = findings.inputs.links.links
    nothing = Letters(messages=(), unreachable=())
    known, held = findings.inputs.helper_by_id(), {one.id for one in findings.pairing.held}
    proposed = [
        one
        for one in findings.pairing.pairings
        if one.stands and one.since == config.program.as_of and one.id not in held
    ]
    to_helpers = tell_helpers(proposed, known, voice) if config.messages.helpers else nothing
    to_links = (
        tell_responsible(findings.duties, links, config.term, voice) if config.messages.village_links else nothing
    )
    messages = (*to_helpers.messages, *to_links.messages)
    progress.begin(Text("发送消息", "sending messages"), None)
    new = post(store, messages, command=f"{config.program.id}:tell")
    objection = no_longer_true(findings.pairing.pairings, links)
    report = deliver(store, notifier, clock=program.clock, objection=objection, limit=_MOST_MESSAGES)
    progress.advance(report.total)
    return MessageCounts(
        new=new,
        sent=report.states.get(MessageState.ACCEPTED, 0),
        unreachable=len(to_helpers.unreachable) + len(to_links.unreachable),
        unsent=tried_in_vain(store) + sum(report.states.get(state, 0) for state in _GIVEN_UP),
    )


def _report(program: "Program", store: Store, findings: Findings, progress: Progress) -> int:
    """Write the report folder and return how many files changed; what its lists show is in the trail first."""
    config = program.config
    readers = list_readers(config, store)
    situation = situation_of(
        config,
        program.strategies(),
        findings,
        scores={name: score.text for name, score in program.host.scores().items()},
        duty_kinds={name: rule.title for name, rule in program.host.duty_rules().items()},
    )
    files = report_files(
        situation,
        findings,
        sections=tuple(program.host.report_sections().values()),
        language=config.program.language,
        readers=readers,
    )
    entered = reading_entered(readers, store, about=config.program.id, clock=program.clock)
    return write_files(program.folder / config.outputs.report, files, progress, before=entered)


def _announce(program: "Program", findings: Findings, kept: Mapping[str, Kept]) -> None:
    """Tell the plugins what happened; nothing is told twice, so a run that changed nothing says only that it ended."""
    for event in _events(program, findings, kept):
        program.host.tell(event)


def _events(program: "Program", findings: Findings, kept: Mapping[str, Kept]) -> Iterable[Event]:
    as_of = program.config.program.as_of
    adopted = findings.pairing.plans[program.config.pairing.adopt]
    for child, version in kept[records.CHILD].written.items():
        yield ChildEnrolled(child=ChildId(child), version=version, as_of=as_of)
    for policy, verdicts in findings.verdicts.items():
        for child_id, verdict in verdicts.items():
            if f"{policy}:{child_id}" in kept[records.VERDICT].written:
                yield ChildJudged(
                    child=child_id,
                    policy=policy,
                    determination=verdict.determination.value,
                    tier=verdict.tier,
                    as_of=as_of,
                )
    for pairing in findings.pairing.pairings:
        if pairing.id in kept[records.PAIRING].written and pairing.stands:
            yield PairingProposed(
                pairing=pairing.id,
                child=pairing.child,
                helper=pairing.helper,
                strategy=pairing.strategy,
                as_of=pairing.since,
            )
    changed_plans = kept[records.CARE_PLAN].written
    for unpaired in adopted.unpaired:
        if f"{unpaired.child}:{program.config.term.id}" in changed_plans:
            codes = tuple(reason.code for reason in unpaired.reasons)
            yield ChildLeftUnpaired(child=unpaired.child, strategy=adopted.strategy, reasons=codes, as_of=as_of)
    for plan in findings.plans:
        if plan.id in changed_plans:
            yield PlanDrawn(
                child=plan.child,
                services=tuple(sorted(planned.service for planned in plan.services)),
                open_cares=tuple(sorted(care.value for care in plan.open_cares)),
                as_of=as_of,
            )
    yield RunFinished(
        run=program.config.program.id,
        as_of=as_of,
        children=len(findings.inputs.roster.children),
        eligible=len(findings.plans),
        paired=len({pair.child for pair in adopted.pairs}),
        changed=sum(one.new + one.changed for one in kept.values()),
    )


def _roster_counts(reading: RosterReading) -> RosterCounts:
    return RosterCounts(
        rows=reading.totals.rows,
        good=reading.totals.kept,
        bad=reading.totals.held_back,
        duplicates=len(reading.duplicates),
        problems=reading.totals.problems,
    )


def _helper_counts(reading: HelperReading) -> RosterCounts:
    return RosterCounts(
        rows=len(reading.items) + len(reading.bad_rows),
        good=len(reading.items),
        bad=len(reading.bad_rows),
        duplicates=0,
        problems=len(reading.problems),
    )


def _pairing_counts(program: "Program", strategy: PairingStrategy, plan: PairingPlan) -> PairingCounts:
    return PairingCounts(
        title=strategy.title,
        pairs=len(plan.pairs),
        children=len({pair.child for pair in plan.pairs}),
        unpaired=len(plan.unpaired),
        idle=len(plan.idle),
        adopted=strategy.id == program.config.pairing.adopt,
    )


def _care_counts(findings: Findings) -> CareCounts:
    return CareCounts(
        plans=len(findings.plans),
        complete=sum(not plan.open_cares for plan in findings.plans),
        duties=len(findings.duties),
        unassigned=sum(duty.responsible is None for duty in findings.duties),
    )
