"""The main job, end to end on a small county, with the real store and the real outbox."""

import concurrent.futures
import contextlib
import datetime as dt
import json
import os
import shutil
import signal
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from careprogram.codec import from_document
from careprogram.errors import (
    ConfigurationError,
    NotFoundError,
    PluginError,
    RosterError,
    ValidationError,
)
from careprogram.pairing import Pairing, PairingStatus
from careprogram.plugins import hookimpl
from careprogram.ports import ChangeSet, Erase, JsonObject, Store
from careprogram.program import Program, RunSummary, read_inputs
from careprogram.program.enrollment import ENROLLMENT
from careprogram.program.inputs import program_key
from careprogram.program.progress import SilentProgress
from careprogram.program.records import CARE_PLAN, CHILD, DUTY, HELPER, PAIRING, VERDICT, VILLAGE_LINK
from careprogram.program.save import all_records
from careprogram.testing import FakeClock
from careprogram.testing.synthetic import synthetic_county, write_county

KINDS = (CHILD, HELPER, VILLAGE_LINK, VERDICT, ENROLLMENT, PAIRING, CARE_PLAN, DUTY)
NewCounty = Callable[..., Path]


@contextlib.contextmanager
def opened(folder: Path) -> Iterator[Store]:
    store = Program.load(folder).open_store()
    yield store
    store.close()


def kept(folder: Path) -> dict[tuple[str, str], JsonObject]:
    """Return everything that is on file, by kind and id."""
    with opened(folder) as store:
        return {(kind, record.id): record.document for kind in KINDS for record in all_records(store, kind)}


def files_below(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def edit(folder: Path, before: str, after: str, *, file: str = "program.toml", encoding: str = "utf-8") -> None:
    text = (folder / file).read_text(encoding=encoding)
    assert before in text
    (folder / file).write_text(text.replace(before, after), encoding=encoding)


@pytest.fixture
def county(new_county: NewCounty) -> Path:
    return new_county()


@pytest.fixture
def first(county: Path, ran: tuple[Path, RunSummary]) -> RunSummary:
    """Make of the county one that was run once, and return what that said."""
    shutil.copytree(ran[0], county, dirs_exist_ok=True)
    return ran[1]


def test_the_counts_of_a_run_fit_together(first: RunSummary) -> None:
    """Every row is good or bad, every child judged by every policy, every served child paired or left over."""
    assert first.roster.rows == first.roster.good + first.roster.bad
    assert first.roster.good == first.kept[CHILD].new
    for policy in first.policies.values():
        assert policy.eligible + policy.ineligible + policy.undetermined == first.roster.good
    for pairing in first.pairings.values():
        assert pairing.children + pairing.unpaired == first.care.plans
    assert first.kept[CARE_PLAN].new == first.care.plans > 0
    assert first.kept[DUTY].new == first.care.duties > 0
    assert first.care.unassigned == 0
    assert first.messages.new == first.messages.sent > 0
    assert first.changed
    assert first.failures == ()


def test_everything_that_was_worked_out_is_on_file(county: Path, first: RunSummary) -> None:
    """The store holds one record for each child, helper, verdict, pairing, plan and duty of the run."""
    on_file = kept(county)
    children = {name for kind, name in on_file if kind == CHILD}
    assert {name.partition(":")[2] for kind, name in on_file if kind == VERDICT} == children
    assert sum(kind == VERDICT for kind, _ in on_file) == 3 * len(children)
    pairings = [from_document(Pairing, document) for (kind, _), document in on_file.items() if kind == PAIRING]
    assert {pairing.status for pairing in pairings} == {PairingStatus.PROPOSED}
    assert len(pairings) == next(one.pairs for one in first.pairings.values() if one.adopted)


def test_every_verdict_on_file_says_why(county: Path, first: RunSummary) -> None:
    """No bare yes or no is kept: each verdict names a clause, and an open one names what is missing."""
    for (kind, _), document in kept(county).items():
        if kind == VERDICT:
            explanation = document["explanation"]
            assert isinstance(explanation, dict)
            assert explanation["clauses"]
            assert bool(document["missing"]) == (document["determination"] == "undetermined")


def test_every_write_has_an_audit_entry(county: Path, first: RunSummary) -> None:
    """Each command that changed records says in the audit trail who did what, for which purpose; consents, too."""
    with opened(county) as store:
        trail = store.audit(limit=10_000)
    entries = [record.entry for record in trail if record.entry.action != "list"]
    assert {entry.subject_kind for entry in entries} == {kind for kind in KINDS if first.kept[kind].new}
    assert {(entry.action, entry.purpose) for entry in entries} == {
        ("save", "care-program"),
        ("give-consent", "consent"),
    }


def test_running_twice_is_running_once(county: Path, first: RunSummary) -> None:
    """The second run on the same data writes no record, no message and no file, and says so."""
    before, records = files_below(county / "out" / "report"), kept(county)
    outbox = files_below(county / "out" / "outbox")
    second = Program.load(county).run()
    assert not second.changed
    assert kept(county) == records
    assert files_below(county / "out" / "report") == before
    assert files_below(county / "out" / "outbox") == outbox
    assert sum(one.unchanged for one in second.kept.values()) == sum(one.new for one in first.kept.values())
    with opened(county) as store:
        assert all(record.version == 1 for kind in KINDS for record in all_records(store, kind))


def test_what_was_erased_and_is_sent_again_is_kept_again(county: Path, first: RunSummary) -> None:
    """A record that somebody erased comes back with the next roster; the earlier command does not hide it."""
    with opened(county) as store:
        child = next(all_records(store, CHILD))
        everybody = [Erase(kind=CHILD, id=one.id, expected_version=1) for one in all_records(store, CHILD)]
        store.commit(ChangeSet(command_id="erase", erasures=everybody))
    second = Program.load(county).run()
    assert second.kept[CHILD].new == first.kept[CHILD].new
    with opened(county) as store:
        assert len(list(all_records(store, CHILD))) == first.kept[CHILD].new
        again = store.load(CHILD, child.id)
    assert again is not None
    assert again.document == child.document


@pytest.mark.parametrize("seed", [2, 3, 5])
def test_a_second_run_leaves_the_report_of_small_counties_as_it_is(new_county: NewCounty, seed: int) -> None:
    """Where helpers are few, what stands is explained in the same words as when it was proposed."""
    folder = new_county()
    write_county(folder, synthetic_county(seed, children=100, helpers=20, townships=2))
    Program.load(folder).run()
    report = files_below(folder / "out" / "report")
    assert not Program.load(folder).run().changed
    assert files_below(folder / "out" / "report") == report


def test_two_machines_get_the_same_answer(county: Path, ran: tuple[Path, RunSummary]) -> None:
    """The same files give the same records and the same report, byte for byte."""
    one, other = ran[0], county
    Program.load(other).run()
    assert kept(one) == kept(other)
    assert files_below(one / "out" / "report") == files_below(other / "out" / "report")


def test_no_message_and_no_page_names_a_child(county: Path, first: RunSummary) -> None:
    """Names, numbers and addresses of children stand in the lists for the office and nowhere else."""
    program = Program.load(county)
    children = read_inputs(
        program.config, county, catalogue=program.catalogue(), progress=SilentProgress()
    ).roster.children
    secrets = {child.name for child in children if isinstance(child.name, str) and len(child.name) > 2}
    secrets |= {child.identity_number.text for child in children if hasattr(child.identity_number, "text")}
    assert len(secrets) > 80
    told = [*(county / "out" / "outbox").iterdir(), *(county / "out" / "report").glob("*.html")]
    told += [*(county / "out" / "report").glob("*.json")]
    for path in told:
        text = path.read_text(encoding="utf-8")
        assert not [path.name for secret in secrets if str(secret) in text]


def test_the_page_counts_festivals_under_no_single_festival(county: Path, first: RunSummary) -> None:
    """A line that counts the duties of a whole term is not called by the festival that comes first."""
    report = json.loads((county / "out" / "report" / "report.json").read_text(encoding="utf-8"))
    assert "节日亲情传递" in json.dumps(report["figures"]["duties"], ensure_ascii=False)
    page = (county / "out" / "report" / "index.html").read_text(encoding="utf-8")
    assert "节日陪伴" in page
    assert "中秋" not in page


def test_what_a_run_writes_is_for_its_owner_alone(county: Path, first: RunSummary) -> None:
    """Nobody else on the machine can read the records, the lists or the messages."""
    written = [path for path in (county / "out").rglob("*") if path.is_file()]
    assert written
    assert {path.stat().st_mode & 0o077 for path in written} == {0}


def test_a_helper_whose_screening_ran_out_is_replaced_and_it_is_said(county: Path, first: RunSummary) -> None:
    """On a later day a pairing whose helper may no longer serve is ended with its reason; nothing is deleted."""
    edit(county, "as_of = 2026-09-01", "as_of = 2026-10-30")
    text = (county / "helpers.csv").read_text(encoding="gb18030")
    (county / "helpers.csv").write_text(text.replace("2027年", "2026年").replace("2027", "2026"), encoding="gb18030")
    second = Program.load(county).run()
    pairings = [from_document(Pairing, doc) for (kind, _), doc in kept(county).items() if kind == PAIRING]
    ended = [pairing for pairing in pairings if pairing.status is PairingStatus.ENDED]
    assert second.ended == len(ended) > 0
    assert all(pairing.reason and len(pairing.history) == 2 for pairing in ended)
    assert len(pairings) >= first.kept[PAIRING].new


def test_a_pairing_that_the_rules_no_longer_allow_is_ended_and_not_doubled(county: Path, first: RunSummary) -> None:
    """When a rule gets stricter, what stands against it ends with its reason, and nobody has two helpers."""
    edit(county, "[term]", "[pairing]\nfarthest_m = 1\n\n[term]")
    second = Program.load(county).run()
    pairings = [from_document(Pairing, doc) for (kind, _), doc in kept(county).items() if kind == PAIRING]
    standing = [pairing for pairing in pairings if pairing.stands]
    ended = [pairing for pairing in pairings if pairing.status is PairingStatus.ENDED]
    assert len(standing) == next(one.pairs for one in second.pairings.values() if one.adopted)
    assert len({pairing.child for pairing in standing}) == len(standing)
    assert second.ended == len(ended) > 0
    assert all(pairing.reason for pairing in ended)
    assert len(pairings) >= first.kept[PAIRING].new


def test_a_pairing_stays_when_a_better_helper_comes(county: Path, first: RunSummary) -> None:
    """What stands is kept: new helpers add pairs and take nobody's place."""
    before = {name for kind, name in kept(county) if kind == PAIRING}
    lines = (county / "helpers.csv").read_bytes().decode("gb18030").splitlines(keepends=True)
    screened = next(line for line in lines[1:] if "无记录" in line and "2027" in line)
    (county / "helpers.csv").write_bytes("".join([*lines, screened.replace("H0", "N0", 1)]).encode("gb18030"))
    second = Program.load(county).run()
    after = {name for kind, name in kept(county) if kind == PAIRING}
    assert before <= after
    assert second.kept[PAIRING].changed == 0
    assert second.helpers.good == first.helpers.good + 1


def test_a_child_that_left_the_roster_is_not_lost(county: Path, first: RunSummary) -> None:
    """A child that today's roster lacks stays on file with its pairing, and is named as absent."""
    from careprogram.rosters import write_roster

    program = Program.load(county)
    inputs = read_inputs(program.config, county, catalogue=program.catalogue(), progress=SilentProgress())
    paired = {from_document(Pairing, doc).child for (kind, _), doc in kept(county).items() if kind == PAIRING}
    gone = next(child for child in inputs.roster.children if child.id in paired)
    rest = [child for child in inputs.roster.children if child.id != gone.id]
    (county / "roster.xlsx").write_bytes(write_roster(rest, places=inputs.places))
    second = program.run()
    assert second.kept[CHILD].absent == (gone.id,)
    on_file = kept(county)
    assert (CHILD, gone.id) in on_file
    standing = [from_document(Pairing, doc) for (kind, _), doc in on_file.items() if kind == PAIRING]
    assert [one for one in standing if one.child == gone.id and one.stands]


def test_a_bad_cell_in_a_helpers_row_costs_no_child_its_helper(county: Path, first: RunSummary) -> None:
    """A helper whose row was sent back is not gone: the pairings stand, nobody takes the place, and it is said."""
    paired = [from_document(Pairing, doc) for (kind, _), doc in kept(county).items() if kind == PAIRING]
    helper = paired[0].helper
    theirs = [one.id for one in paired if one.helper == helper]
    whole = (county / "helpers.csv").read_bytes()
    lines = whole.decode("gb18030").splitlines(keepends=True)
    column = lines[0].split(",").index("类别")
    for number, line in enumerate(lines):
        cells = line.split(",")
        if cells[0] == helper:
            lines[number] = ",".join([*cells[:column], "不清楚", *cells[column + 1 :]])
    (county / "helpers.csv").write_bytes("".join(lines).encode("gb18030"))
    second = Program.load(county).run()
    after = [from_document(Pairing, doc) for (kind, _), doc in kept(county).items() if kind == PAIRING]
    assert second.helpers.bad == 1
    assert (second.ended, second.held) == (0, len(theirs))
    assert all(one.stands for one in after if one.id in theirs)
    assert {one.id for one in after if one.child in {tie.child for tie in paired if tie.helper == helper}} == set(
        theirs
    )
    (county / "helpers.csv").write_bytes(whole)
    third = Program.load(county).run()
    assert (third.ended, third.held, third.kept[PAIRING].new) == (0, 0, 0)


def test_a_list_without_a_helper_ends_no_pairing(county: Path, first: RunSummary) -> None:
    """A helper list that lost its rows is refused where it would end every pairing, and nothing changes."""
    before = kept(county)
    lines = (county / "helpers.csv").read_bytes().splitlines(keepends=True)
    (county / "helpers.csv").write_bytes(lines[0])
    with pytest.raises(RosterError, match=r"helpers\.csv: no helper could be read, while \d+ pairings stand"):
        Program.load(county).run()
    assert kept(county) == before


def test_a_missing_file_is_refused_with_its_name_before_anything_is_kept(county: Path) -> None:
    """Nothing is half done: without its roster a program keeps and says nothing."""
    (county / "roster.xlsx").unlink()
    with pytest.raises(ConfigurationError, match=r"roster\.xlsx cannot be read"):
        Program.load(county).run()
    assert kept(county) == {}
    assert not (county / "out" / "outbox").exists()


def test_an_unknown_sender_is_refused_before_anything_is_kept(county: Path) -> None:
    """A misspelt notifier does not leave records behind whose messages nobody can send."""
    edit(county, 'store = "sqlite:out/small.db"', 'store = "sqlite:out/small.db"\nnotifier = "pigeon"')
    with pytest.raises(NotFoundError, match="pigeon"):
        Program.load(county).run()
    assert kept(county) == {}


def test_a_store_whose_plugin_is_not_named_says_where_to_name_it(county: Path) -> None:
    """The commonest slip of a new program file is told with its remedy."""
    edit(county, 'load = ["sql"]', "load = []")
    with pytest.raises(NotFoundError, match=r"outputs\.store: .*sqlite.*plugins\.load"):
        Program.load(county).run()


@pytest.mark.parametrize("mark", ["\N{ZERO WIDTH NO-BREAK SPACE}", ""])
def test_a_program_file_may_begin_with_a_byte_order_mark(county: Path, mark: str) -> None:
    """Editors on Windows save UTF-8 with a mark in front; the file means the same."""
    text = (county / "program.toml").read_text(encoding="utf-8")
    (county / "program.toml").write_text(mark + text, encoding="utf-8")
    assert Program.load(county).config.program.id == "small"


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ('roster = "roster.xlsx"', 'roster = "a\\u0000b"', "no file can be called so"),
        ('key_file = "demo.key"', 'key_file = "nowhere/demo.key"', r"demo\.key cannot be made \(No such file"),
        ('key_file = "demo.key"', 'key_file = "places.csv"', r"places\.csv holds no key"),
    ],
)
def test_a_file_that_cannot_be_opened_is_named(county: Path, before: str, after: str, told: str) -> None:
    """Whatever name stands in the program file, the error is one of configuration and says which."""
    edit(county, before, after)
    with pytest.raises(ConfigurationError, match=told):
        Program.load(county).run()


def test_a_place_given_twice_names_the_file(county: Path) -> None:
    """It is told by row and column, and which file to mend."""
    text = (county / "places.csv").read_text(encoding="utf-8-sig")
    (county / "places.csv").write_text(text + "".join(text.splitlines(keepends=True)[1:]), encoding="utf-8")
    with pytest.raises(RosterError, match=r"places\.csv: .*column A .*an earlier row has the same code") as caught:
        Program.load(county).run()
    assert caught.value.in_chinese.startswith("places.csv：地点表有 ")


def test_an_unknown_field_in_the_headings_names_the_roster(county: Path) -> None:
    """A heading map with a misspelt field says of which file it speaks."""
    edit(county, "[policies]", 'headings = { "姓名" = "child.nme" }\n[policies]')
    with pytest.raises(ValidationError, match=r"roster\.xlsx: .*child\.nme"):
        Program.load(county).run()


def test_two_first_runs_at_once_share_one_key(tmp_path: Path) -> None:
    """However many processes make the secret at the same moment, all of them get the same one, and it is whole."""
    path = tmp_path / "program.key"
    barrier = threading.Barrier(8)

    def ask() -> bytes:
        barrier.wait()
        return program_key(path)

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        keys = {future.result() for future in [pool.submit(ask) for _ in range(8)]}
    assert len(keys) == 1
    assert [one.name for one in tmp_path.iterdir()] == ["program.key"]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_key_is_made_where_the_file_system_knows_no_links(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a memory stick, too, the first run makes a key and the second finds it."""

    def refuse(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", refuse)
    first = program_key(tmp_path / "program.key")
    assert program_key(tmp_path / "program.key") == first


def test_a_broken_workbook_costs_a_message(county: Path) -> None:
    """A workbook that is none is refused, and the error names the file."""
    (county / "roster.xlsx").write_bytes(b"PK\x03\x04 this is no workbook")
    with pytest.raises(RosterError, match=r"roster\.xlsx"):
        Program.load(county).run()


def test_all_or_nothing_refuses_a_roster_with_errors(county: Path) -> None:
    """With the strict mode one bad cell sends the whole roster back, with every problem."""
    edit(county, 'village_links = "cadres.csv"', 'village_links = "cadres.csv"\nmode = "all-or-nothing"')
    with pytest.raises(RosterError) as caught:
        Program.load(county).run()
    assert len(caught.value.problems) > 1


def test_an_unknown_policy_is_told_with_those_that_are_known(county: Path) -> None:
    """A misspelt policy is no empty verdict but an error."""
    edit(county, '"township.family-planning"]', '"township.famly"]')
    with pytest.raises(ConfigurationError, match=r"township\.famly'; did you mean 'township\.family-planning'\?"):
        Program.load(county).run()


class Raising:
    """A plugin whose contributions all fail."""

    @hookimpl
    def careprogram_services(self) -> object:
        """Fail."""
        raise OSError("secret of a child")

    @hookimpl
    def careprogram_child_judged(self, event: object) -> None:
        """Fail each time."""
        raise ValueError("secret of a child")


def test_a_plugin_that_raises_is_named_and_harms_nobody(county: Path, ran: tuple[Path, RunSummary]) -> None:
    """With a failing plugin the run gives the same records, and the failure names the plugin without its words."""
    summary = Program.load(county, plugins=[Raising()]).run()
    assert kept(county) == kept(ran[0])
    assert len(summary.failures) == 2
    assert all("Raising" in failure and "secret" not in failure for failure in summary.failures)


def test_a_strict_program_stops_at_a_failing_plugin(county: Path) -> None:
    """Somebody who develops a plugin sees its error at once."""
    edit(county, 'load = ["sql"]', 'load = ["sql"]\nstrict = true')
    with pytest.raises(PluginError):
        Program.load(county, plugins=[Raising()]).run()


@pytest.mark.slow
@pytest.mark.promise
def test_a_run_that_was_killed_is_finished_by_the_next(county: Path, ran: tuple[Path, RunSummary]) -> None:
    """Killed at any moment and run again, a program ends with exactly the records of an undisturbed run."""
    killed, undisturbed = county, ran[0]
    code = "import sys; from careprogram.program import Program; Program.load(sys.argv[1]).run()"
    for wait in (0.9, 1.3, 1.7):
        process = subprocess.Popen([sys.executable, "-c", code, str(killed)])
        time.sleep(wait)
        process.send_signal(signal.SIGKILL)
        process.wait()
    # A message in the hands of the run that was killed goes out when its lease has ended.
    later = FakeClock(moment=dt.datetime.now().astimezone() + dt.timedelta(minutes=6))
    Program.load(killed, clock=later).run()
    assert kept(killed) == kept(undisturbed)
    assert files_below(killed / "out" / "report") == files_below(undisturbed / "out" / "report")

    def keys(folder: Path) -> set[str]:
        messages = (folder / "out" / "outbox").glob("*.json")
        return {json.loads(path.read_text(encoding="utf-8"))["key"] for path in messages}

    assert keys(killed) == keys(undisturbed)
