"""`careprogram consent`, `grant`, `glass` and `hold`: does an office keep its papers with them, in its own language?"""

import datetime as dt
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from careprogram.cli.main import main
from careprogram.ids import ChildId
from careprogram.people import Child, PlaceCode, Residence
from careprogram.ports import ChangeSet, Store
from careprogram.privacy import Purpose, Role, Scope, Viewer
from careprogram.program import Program
from careprogram.program.access import Access
from careprogram.program.audit import trail
from careprogram.program.clock import SystemClock
from careprogram.program.record_kinds import record_kinds
from careprogram.program.records import child_records

_PROGRAM = """
[program]
id = "small"
title = "小县"
as_of = 2026-09-01

[inputs]
roster = "roster.csv"
helpers = "helpers.csv"

[policies]
judge = ["county.education"]
serve = ["county.education"]

[term]
id = "2026-autumn"
start = 2026-09-01
end = 2026-10-31

[notices.2026-1]
purposes = ["education"]
data_classes = ["identity", "schooling"]
separate = true

[outputs]
store = "sqlite:out/small.db"

[plugins]
load = ["sql"]
"""
_TEACHER = Viewer(id="teacher-1", role=Role.TEACHER, scope=Scope(children=["c-1"]))
_AWAY = Viewer(id="teacher-9", role=Role.TEACHER)
_ROSTER = """姓名,出生日期,监护人同意,同意日期,告知书版本,同意人与儿童关系
王小明,2016-05-01,是,2026-08-20,2026-1,祖母
李小红,2016-06-01,是,2026-08-20,,
张小丽,2016-07-01,,,,
"""

Say = Callable[..., tuple[int, str, str]]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a program with one child on file, who is ten."""
    (tmp_path / "program.toml").write_text(_PROGRAM, encoding="utf-8")
    (tmp_path / "roster.csv").write_text(_ROSTER, encoding="utf-8")
    (tmp_path / "helpers.csv").write_text("姓名,类别\n", encoding="utf-8")
    child = Child(
        id=ChildId("c-1"),
        name="王小明",
        birth_date=SystemClock().today() - dt.timedelta(days=3650),
        residence=Residence(place=PlaceCode("520526101203")),
    )
    with _opened(tmp_path) as store:
        store.commit(ChangeSet(command_id="fill", puts=list(child_records([child]))))
    return tmp_path


class _opened:  # noqa: N801 - a context manager reads like a function
    def __init__(self, folder: Path) -> None:
        self._store = Program.load(folder).open_store()

    def __enter__(self) -> Store:
        return self._store

    def __exit__(self, *_: object) -> None:
        self._store.close()


@pytest.fixture
def say(capsys: pytest.CaptureFixture[str]) -> Say:
    """Return a function that runs a command and returns its status, its answer and what it complained of."""

    def command(*words: object) -> tuple[int, str, str]:
        capsys.readouterr()
        status = main([str(word) for word in words])
        said = capsys.readouterr()
        assert "王小明" not in said.out + said.err
        return status, said.out, said.err

    return command


def _name_seen(folder: Path, viewer: Viewer, purpose: Purpose) -> object:
    with _opened(folder) as store:
        desk = Access(store=store, clock=SystemClock(), kinds=record_kinds({}), viewer=viewer)
        seen = desk.get("child", "c-1", purpose=purpose)
    assert seen is not None
    return seen.document.get("name")


def _actions(folder: Path) -> set[str]:
    with _opened(folder) as store:
        return {record.entry.action for record in trail(store)}


def test_a_signed_paper_opens_a_name_until_it_is_withdrawn(folder: Path, say: Say) -> None:
    """Filed, listed in the words of the program, withdrawn once; the second time there is nothing to withdraw."""
    paper = ("--relation", "mother", "--notice", "2026-1", "--on", "2026-09-01", "--by", "office-1")
    status, out, _ = say("consent", "add", folder, "c-1", *paper)
    assert status == 0
    (id_,) = re.findall(r"paper-[0-9a-f]+", out)
    assert _name_seen(folder, _TEACHER, Purpose.EDUCATION) == "王小明"
    assert _name_seen(folder, _TEACHER, Purpose.CARE) is None
    status, out, _ = say("consent", "list", folder, "c-1", "--by", "office-1")
    assert status == 0
    for word in (id_, "母亲", "学习辅导", "身份信息、学习", "有效"):
        assert word in out
    assert say("consent", "withdraw", folder, id_, "--by", "office-1")[0] == 0
    assert _name_seen(folder, _TEACHER, Purpose.EDUCATION) is None
    status, _, err = say("consent", "withdraw", folder, id_, "--by", "office-1")
    assert (status, "没有可撤回的内容" in err) == (2, True)
    status, _, err = say("consent", "withdraw", folder, "paper-x", "--by", "office-1", "--language", "en")
    assert (status, "no consent has the id 'paper-x'" in err) == (2, True)
    assert {"give-consent", "withdraw-consent", "find"} <= _actions(folder)


def test_a_refusal_by_one_outweighs_the_other(folder: Path, say: Say) -> None:
    """The father's refusal on file hides what the mother's consent opened."""
    words = ("--notice", "2026-1", "--on", "2026-09-01", "--by", "office-1")
    say("consent", "add", folder, "c-1", "--relation", "mother", *words)
    status, out, _ = say("consent", "add", folder, "c-1", "--relation", "father", "--refused", *words)
    assert (status, "拒绝书已归档" in out) == (0, True)
    assert _name_seen(folder, _TEACHER, Purpose.EDUCATION) is None
    assert "refused" in say("consent", "list", folder, "--by", "office-1", "--language", "en")[1]


def test_what_a_paper_lacks_is_told_at_once(folder: Path, say: Say) -> None:
    """Every missing word, an unknown notice or child, and an end before the beginning are refused in Chinese."""
    status, _, err = say("consent", "add", folder, "c-1", "--by", "office-1")
    assert status == 2
    for word in ("--relation", "--notice", "--on"):
        assert f"缺少 {word}" in err
    words = ("--relation", "mother", "--on", "2026-09-01", "--by", "office-1")
    status, _, err = say("consent", "add", folder, "c-1", "--notice", "1999", *words)
    assert (status, "没有 [notices.1999]；已有：2026-1" in err) == (2, True)
    status, _, err = say("consent", "add", folder, "c-7", "--notice", "2026-1", *words)
    assert (status, "在册儿童中没有编号“c-7”" in err) == (2, True)
    early = ("--notice", "2026-1", "--expires", "2026-08-01")
    status, _, err = say("consent", "add", folder, "c-1", *early, *words)
    assert (status, "不能早于签署日" in err) == (2, True)
    status, _, err = say("consent", "add", folder, "--roster", "--on", "2026-09-01", "--by", "office-1")
    assert (status, "--roster 不能和 on 一起写" in err) == (2, True)
    assert _actions(folder) == set()


def test_the_roster_is_filed_and_its_gaps_are_named(folder: Path, say: Say) -> None:
    """One row states a whole paper, one a bare yes, one nothing; only children on file count."""
    from careprogram.program.inputs import program_key
    from careprogram.rosters import identify_with, read_roster

    reading = read_roster(
        _ROSTER.encode(), as_of=dt.date(2026, 9, 1), identify=identify_with(program_key(folder / "program.key"))
    )
    with _opened(folder) as store:
        store.commit(ChangeSet(command_id="roster", puts=list(child_records(reading.children))))
    status, out, _ = say("consent", "add", folder, "--roster", "--by", "office-1")
    assert status == 1
    assert "花名册写明 2 名儿童：新归档 1 份，撤回 0 份，未归档 1 名" in out
    assert f"{reading.children[1].id}：没有写明同意日期、告知书版本或签名人与儿童的关系" in out
    assert "祖父母或外祖父母" in say("consent", "list", folder, "--by", "office-1")[1]


def test_a_grant_is_asked_for_approved_by_another_and_ended(folder: Path, say: Say) -> None:
    """It opens nothing before it was approved and nothing after it was ended; nobody approves their own."""
    until = SystemClock().today() + dt.timedelta(days=30)
    words = ("--for", "safeguarding", "--up-to", "sensitive", "--until", until, "--reason", "代班")
    status, out, _ = say("grant", "ask", folder, "c-1", *words, "--by", "teacher-9")
    assert status == 0
    (id_,) = re.findall(r"grant-[0-9a-f]+", out)
    assert _name_seen(folder, _AWAY, Purpose.SAFEGUARDING) is None
    status, _, err = say("grant", "approve", folder, id_, "--by", "teacher-9")
    assert (status, "申请人以外的负责人" in err) == (2, True)
    assert "待批准" in say("grant", "list", folder, "--by", "officer-1")[1]
    assert say("grant", "approve", folder, id_, "--by", "officer-1")[0] == 0
    assert _name_seen(folder, _AWAY, Purpose.SAFEGUARDING) == "王小明"
    out = say("grant", "list", folder, "--by", "officer-1", "--language", "en")[1]
    for word in (id_, "teacher-9", "c-1", "safeguarding", "sensitive", str(until), "officer-1", "stands", "代班"):
        assert word in out
    assert say("grant", "end", folder, id_, "--by", "officer-1")[0] == 0
    assert _name_seen(folder, _AWAY, Purpose.SAFEGUARDING) is None
    assert id_ not in say("grant", "list", folder, "--by", "officer-1")[1]
    assert "已结束" in say("grant", "list", folder, "--all", "--by", "officer-1")[1]
    status, _, err = say("grant", "end", folder, id_, "--by", "officer-1")
    assert (status, "已经结束" in err) == (2, True)
    assert {"ask-access", "grant-access", "end-grant", "find"} <= _actions(folder)


def test_a_request_for_a_village_can_be_dropped(folder: Path, say: Say) -> None:
    """Whoever asked drops it; a request that no grant could be made of is refused for all its faults."""
    until = SystemClock().today() + dt.timedelta(days=3)
    words = ("--place", "520526101203", "--for", "care", "--until", until, "--reason", "x", "--by", "director-2")
    out = say("grant", "ask", folder, *words)[1]
    (id_,) = re.findall(r"grant-[0-9a-f]+", out)
    assert "已取消申请" in say("grant", "end", folder, id_, "--by", "director-2")[1]
    status, _, err = say("grant", "approve", folder, id_, "--by", "officer-1")
    assert (status, "没有编号为" in err) == (2, True)
    status, _, err = say("grant", "ask", folder, "--by", "director-2", "--place", "x")
    assert status == 2
    for word in ("缺少 --for", "缺少 --until", "缺少 --reason", "--place 应为地区代码"):
        assert word in err
    late = ("--for", "care", "--until", "2099-01-01", "--reason", "x", "--by", "director-2")
    status, _, err = say("grant", "ask", folder, "c-1", *late)
    assert (status, "最多 366 天" in err) == (2, True)
    status, _, err = say("grant", "ask", folder, "c-9", *late[:2], "--until", until, *late[4:])
    assert (status, "在册儿童中没有编号“c-9”" in err) == (2, True)


def test_a_broken_glass_waits_for_somebody_else(folder: Path, say: Say) -> None:
    """It is listed with its reason and status 1 until another has reviewed it; who used it cannot."""
    with _opened(folder) as store:
        desk = Access(store=store, clock=SystemClock(), kinds=record_kinds({}), viewer=_AWAY)
        glass = desk.break_glass("c-1", reason="夜里独自在车站")
    status, out, _ = say("glass", "list", folder, "--by", "officer-1")
    assert (status, glass.id in out, "夜里独自在车站" in out) == (1, True, True)
    status, _, err = say("glass", "review", folder, glass.id, "--by", "teacher-9")
    assert (status, "没有使用它的负责人" in err) == (2, True)
    assert say("glass", "review", folder, glass.id, "--by", "officer-1")[0] == 0
    assert say("glass", "list", folder, "--by", "officer-1")[0] == 0
    assert {"break-glass", "review-glass"} <= _actions(folder)


def test_a_hold_keeps_the_records_until_it_is_closed(folder: Path, say: Say) -> None:
    """While it stands nothing is erased, whoever asks; it is opened once and closed once."""
    erase = ("erase", folder, "c-1", "--why", "guardian-asked", "--by", "officer-1", "--yes")
    assert say("hold", "open", folder, "c-1", "--case", "2026-17", "--by", "officer-1")[0] == 0
    status, _, err = say("hold", "open", folder, "c-1", "--case", "2026-18", "--by", "officer-1")
    assert (status, "已有保留令" in err) == (2, True)
    assert "2026-17" in say("hold", "list", folder, "--by", "officer-1")[1]
    status, _, err = say(*erase)
    assert (status, "保留令" in err) == (2, True)
    assert say("hold", "close", folder, "c-1", "--by", "officer-1")[0] == 0
    status, _, err = say("hold", "close", folder, "c-1", "--by", "officer-1", "--language", "en")
    assert (status, "no hold is open" in err) == (2, True)
    assert "2026-17" not in say("hold", "list", folder, "--by", "officer-1")[1]
    assert "2026-17" in say("hold", "list", folder, "--all", "--by", "officer-1")[1]
    assert say(*erase)[0] == 0
    status, _, err = say("hold", "open", folder, "c-9", "--case", "1", "--by", "officer-1")
    assert (status, "在册儿童中没有编号“c-9”" in err) == (2, True)
