"""Casebooks: what is compared, what is refused and how it is told, with pytest and without."""

import subprocess
import sys
import textwrap

import pytest

from careprogram.cli.main import main
from careprogram.errors import PolicyError
from careprogram.testing.casebook import casebook_coverage, judge_casebook, run_casebook
from careprogram.testing.casebook_reading import read_casebook

pytest_plugins = ["pytester"]

GOOD = """\
policy = "county.education"

[usual]
settlement = "rural"
father_status = "away-working"
mother_status = "at-home"

[[case]]
name = "父亲外出"
as_of = 2026-09-01
verdict = "eligible"
categories = ["stays-in-countryside"]
clause = "parent-away"
clauses = { parent-away = "true" }

[[case]]
name = "无人外出"
as_of = 2026-09-01
facts = { father_status = "at-home", moved_with_parents = false }
verdict = "ineligible"
"""
OWN_POLICY = """\
format = 1
id = "own.plan"
title = { zh = "本地", en = "own" }
citation = "c"
[[categories]]
id = "alone"
tier = 1
title = { zh = "独居", en = "alone" }
[[categories.clauses]]
id = "nobody-home"
citation = "c"
text = { zh = "父母都不在家", en = "no parent at home" }
when = "all parents (status is away)"
stage = "entry"
[[categories.clauses]]
id = "somebody-away"
citation = "c"
text = { zh = "有人外出", en = "somebody away" }
when = "any parents (status is away)"
stage = "continuing"
"""
OWN_FACTS = """\
import enum
from careprogram.language import Text
from careprogram.rules import ChoiceFact, FactSchema, GroupFact

class Place(enum.Enum):
    AWAY = "away"
    HOME = "home"

class ParentFacts(FactSchema):
    status = ChoiceFact(label=Text("状况", "status"), choices=Place)

class OwnFacts(FactSchema):
    parents = GroupFact(label=Text("父母", "parents"), members=ParentFacts)
"""
OWN_BOOK = """\
policy = "own.toml"
schema = "own_facts_of_a_casebook:OwnFacts"
stage = "entry"

[[case]]
name = "一人在家"
as_of = 2026-09-01
verdict = "ineligible"
[[case.facts.parents]]
status = "away"
[[case.facts.parents]]
status = "home"

[[case]]
name = "一人在家，已在册"
as_of = 2026-09-01
stage = "continuing"
verdict = "eligible"
facts = { parents = [{ status = "away" }, { status = "home" }] }

[[case]]
name = "没有父母"
as_of = 2026-09-01
verdict = "eligible"
facts = { parents = [] }

[[case]]
name = "一人不明"
as_of = 2026-09-01
verdict = "undetermined"
missing = ["parents"]
facts = { parents = [{ status = "away" }, {}] }
"""


OWN = "own_facts_of_a_casebook:OwnFacts"
TRUSTED = ("nowhere:Facts", "enum:Enum", "raises", OWN)


def problems(text, **options):
    options.setdefault("schemas", TRUSTED)
    with pytest.raises(PolicyError) as refused:
        read_casebook(text, name="book.casebook.toml", **options)
    return refused.value.problems


@pytest.fixture
def own_folder(tmp_path, monkeypatch):
    (tmp_path / "own.toml").write_text(OWN_POLICY, encoding="utf-8")
    (tmp_path / "own_facts_of_a_casebook.py").write_text(OWN_FACTS, encoding="utf-8")
    (tmp_path / "own.casebook.toml").write_text(OWN_BOOK, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    yield tmp_path
    sys.modules.pop("own_facts_of_a_casebook", None)


def test_cases_that_agree_pass():
    """Each key is compared with what the verdict says."""
    result = judge_casebook(read_casebook(GOOD, name="book.casebook.toml"))
    assert result.passed
    assert str(result) == "book.casebook.toml: 2 of 2 cases agree"


@pytest.mark.parametrize(
    ("right", "wrong", "told"),
    [
        ('verdict = "eligible"', 'verdict = "ineligible"', "verdict: expected 'ineligible', found 'eligible'"),
        ('verdict = "eligible"', 'verdict = "not in force"', "verdict: expected 'not in force', found 'eligible'"),
        ('["stays-in-countryside"]', "[]", "categories: expected [], found ['stays-in-countryside']"),
        ('clause = "parent-away"', 'clause = "moved"', "clause: expected 'moved', found 'parent-away'"),
        ('parent-away = "true"', 'parent-away = "false"', "clauses: expected {'parent-away': 'false'}"),
        ('clause = "parent-away"', "tier = 3", "tier: expected 3, found 1"),
        ('clause = "parent-away"', 'missing = ["grade"]', "missing: expected ['grade'], found []"),
        ('clause = "parent-away"', "next_change = 2030-01-01", "next_change: expected 2030-01-01, found None"),
        ('clause = "parent-away"', 'open_categories = ["moved-and-lacks-care"]', "open_categories: expected"),
    ],
)
def test_a_case_that_disagrees_is_told_with_both_sides(right, wrong, told):
    """For every key: what was expected and what was found, by the name of the case."""
    result = judge_casebook(read_casebook(GOOD.replace(right, wrong, 1), name="book.casebook.toml"))
    assert [failed.case.name for failed in result.failed] == ["父亲外出"]
    assert told in str(result)
    assert "line 9: 父亲外出" in str(result)


def test_a_day_without_rules_is_expected_by_name():
    """`not in force` agrees where there are no rules, and anything else does not."""
    text = GOOD.replace("county.education", "cn.left-behind.2016").replace("2026-09-01", "2010-09-01")
    text = text.replace('categories = ["stays-in-countryside"]\nclause = "parent-away"\n', "")
    text = text.replace('clauses = { parent-away = "true" }', "")
    result = judge_casebook(read_casebook(text.replace('"eligible"', '"not in force"'), name="b.casebook.toml"))
    assert [failed.case.name for failed in result.failed] == ["无人外出"]
    assert "has no rules for 2010-09-01" in str(result)


@pytest.mark.parametrize(
    ("right", "wrong", "line", "case", "message", "suggestion"),
    [
        ("county.education", "county.educaton", 1, None, "no policy with the id", "county.education"),
        ("policy =", "polcy =", 1, None, "there is no key 'polcy' here", "policy"),
        ("[usual]", "[usuals]", 3, None, "there is no key 'usuals' here", "usual"),
        ("settlement =", "setlement =", 4, None, "there is no fact 'setlement'", "settlement"),
        ('"away-working"', '"away-workin"', 5, None, "has no choice 'away-workin'", "away-working"),
        ('"away-working"', "true", 5, None, "has no choice True", None),
        ("categories =", "categorys =", 12, "父亲外出", "there is no key 'categorys' here", "categories"),
        ("stays-in-countryside", "stay-in-countryside", 12, "父亲外出", "which is not there", "stays-in-countryside"),
        ('clause = "parent-away"', 'clause = "parent-awy"', 13, "父亲外出", "which is not there", "parent-away"),
        ('parent-away = "true"', 'parent-away = "yes"', 14, "父亲外出", "cannot be 'yes'", None),
        ('verdict = "eligible"', 'verdict = "eligibel"', 11, "父亲外出", "no verdict is 'eligibel'", "eligible"),
        ('verdict = "eligible"\n', "\n", 8, "父亲外出", "the case expects no verdict", None),
        ("as_of = 2026-09-01\nverdict", 'as_of = "2026-09-01"\nverdict', 10, "父亲外出", "must be the day", None),
        (
            "as_of = 2026-09-01\nverdict",
            "as_of = 2026-09-01T08:00:00\nverdict",
            10,
            "父亲外出",
            "must be the day",
            None,
        ),
        ('name = "无人外出"', 'name = "父亲外出"', 17, "父亲外出", "an earlier case has this name", None),
        ('name = "无人外出"\n', "\n", 16, "case 2", "the case has no name", None),
        ("moved_with_parents = false", "moved_with_parents = 0", 19, "无人外出", "takes a yes or no, not int", None),
        ("moved_with_parents = false", "grade = 13", 19, "无人外出", "outside its limits", None),
        ("moved_with_parents = false", "birth_date = 2016-01-01T00:00:00", 19, "无人外出", "takes a date", None),
        ("facts = {", 'without = ["grad"]\nfacts = {', 19, "无人外出", "there is no fact 'grad'", "grade"),
        ("facts = {", 'without = "grade"\nfacts = {', 19, "无人外出", "'without' is a list", None),
        ("facts = {", "place = 44\nfacts = {", 19, "无人外出", "'place' must be the code", None),
        ("facts = {", 'stage = "entri"\nfacts = {', 19, "无人外出", "there is no stage 'entri'", "entry"),
        ("[usual]", "[coverage]\nevery_clauses = true\n[usual]", 4, None, "no key 'every_clauses'", "every_clause"),
        ("[usual]", "coverage = true\n[usual]", 3, None, "'coverage' is a table", None),
        ("county.education", "nowhere.toml", 1, None, "'nowhere.toml' cannot be read", None),
        ("[usual]", 'schema = "nowhere:Facts"\n[usual]', 3, None, "the schema 'nowhere:Facts' cannot be loaded", None),
        ("[usual]", 'schema = "enum:Enum"\n[usual]', 3, None, "is no FactSchema", None),
        ("[usual]", 'schema = "raises"\n[usual]', 3, None, "the schema 'raises' cannot be loaded", None),
        ("[usual]", 'schema = "nowhere:Fact"\n[usual]', 3, None, "is not allowed", "nowhere:Facts"),
        ("[usual]", 'schema = ["nowhere:Facts"]\n[usual]', 3, None, "is not allowed", None),
        ("[[case]]", "[[cases]]", 1, None, "there are no cases", None),
    ],
)
def test_a_mistake_is_told_by_line_case_and_what_was_meant(right, wrong, line, case, message, suggestion):
    """In Chinese and in English, with what could stand there."""
    assert right in GOOD
    found = [p for p in problems(GOOD.replace(right, wrong, -1 if right == "[[case]]" else 1)) if message in p.message]
    assert found, problems(GOOD.replace(right, wrong, 1))
    assert (found[0].line, found[0].clause, found[0].suggestion) == (line, case, suggestion)
    assert found[0].in_("zh")


def test_all_mistakes_are_told_at_once():
    """Three mistakes in three places give three findings, in the order of the lines."""
    text = GOOD.replace("settlement", "setlement").replace("clause =", "claus =").replace("grade", "grad")
    found = problems(text.replace('"ineligible"', '"no"'))
    assert [problem.line for problem in found] == [4, 13, 20]


NO_BOOKS = ["policy = ", "= 1", "\x00", "[[case]]\n" * 3, "", "a = 1\n" * 3, "case = 3", "case = [1]"]
NO_BOOKS += [GOOD.replace("[[case]]", "[case]", 1), 'case = [1]\npolicy = "county.education"', "usual = 3\n" + GOOD]
NO_BOOKS += [GOOD.replace('"eligible"', wrong, 1) for wrong in ("3", '["eligible"]', "{}", "true", "2016-01-01")]
NO_BOOKS += [GOOD.replace('["stays-in-countryside"]', wrong) for wrong in ("3", '"x"', "[[]]", "[{}]", "{}", "[3]")]
NO_BOOKS += [GOOD.replace('{ parent-away = "true" }', wrong) for wrong in ("3", '["x"]', "{ parent-away = 1 }")]
NO_BOOKS += [GOOD.replace('"父亲外出"', wrong) for wrong in ("3", "[]", '" "', "true")]
NO_BOOKS += [GOOD.replace('"rural"', wrong) for wrong in ("[1]", "[{}]", "{}", "1.5", "nan")]


@pytest.mark.parametrize("text", NO_BOOKS)
def test_what_is_no_casebook_is_refused(text):
    """Whatever stands in the file, the answer is findings and not a crash."""
    assert problems(text)


def test_a_casebook_of_ones_own_facts_stages_and_groups(own_folder):
    """Schema by name, policy by path, members as tables in either form, nobody, and a stage for one case."""
    result = run_casebook(own_folder / "own.casebook.toml", schemas=[OWN])
    assert result.passed, str(result)
    assert len(result.results) == 4


def test_a_mistake_about_a_member_is_told(own_folder):
    """The fact and the choice of a member are looked up among its own."""
    text = OWN_BOOK.replace('{ status = "home" }', '{ status = "hom" }').replace("{}", "{ statu = 1 }")
    found = problems(text, folder=own_folder)
    assert [problem.suggestion for problem in found] == ["home", "status"]


def test_the_mistakes_of_a_policy_file_are_told_with_its_own_lines(own_folder):
    """The finding names the policy file, so that one knows which of the two files to mend."""
    (own_folder / "own.toml").write_text(OWN_POLICY.replace("status is away", "status is awy"), encoding="utf-8")
    found = problems(OWN_BOOK, folder=own_folder)
    assert {problem.file for problem in found} == {"own.toml", "book.casebook.toml"}


def test_the_code_of_a_schema_runs_only_if_the_caller_named_it(own_folder, pytester, capsys):
    """A casebook that somebody sent runs nothing: not in Python, not in pytest, not at the command line."""
    facts = own_folder / "own_facts_of_a_casebook.py"
    facts.write_text(f"open({str(own_folder / 'ran')!r}, 'w').close()\n{OWN_FACTS}", encoding="utf-8")
    book = own_folder / "own.casebook.toml"
    for refused in (lambda: run_casebook(book), lambda: run_casebook(book, schemas=["own_facts_of_a_casebook:Other"])):
        with pytest.raises(PolicyError, match=r"own.casebook.toml:2: the schema .* is not allowed"):
            refused()
    arguments = ("-p", "no:cacheprovider", str(book))
    result = pytester.runpytest_inprocess(*arguments)
    result.assert_outcomes(errors=1)
    assert "careprogram_schemas" in result.stdout.str()
    assert main(["policy", "check", "--cases", str(book)]) == 1
    assert "--schema 模块:类" in capsys.readouterr().out
    assert not (own_folder / "ran").exists()
    allowing = ("-o", f"careprogram_schemas={OWN}")
    pytester.runpytest_inprocess(*arguments, *allowing).assert_outcomes(passed=4)
    assert main(["policy", "check", "--cases", str(book), "--schema", OWN]) == 0
    assert (own_folder / "ran").exists()


def test_a_module_that_raises_is_told_without_its_words(own_folder):
    """Whatever a trusted module raises is a finding; its text is not repeated."""
    (own_folder / "own_facts_of_a_casebook.py").write_text("raise KeyError('小明')", encoding="utf-8")
    (found,) = problems(OWN_BOOK, folder=own_folder)
    assert "cannot be loaded (KeyError)" in found.message
    assert "小明" not in found.in_("zh") + found.in_("en")


def test_what_is_not_utf_8_is_told(own_folder):
    """A casebook, or a policy file that it names, in another encoding is a finding."""
    (own_folder / "own.toml").write_bytes(OWN_POLICY.encode("gb18030"))
    assert "is not UTF-8" in problems(OWN_BOOK, folder=own_folder)[0].message
    (own_folder / "own.casebook.toml").write_bytes(OWN_BOOK.encode("gb18030"))
    with pytest.raises(PolicyError, match="is not UTF-8"):
        run_casebook(own_folder / "own.casebook.toml")


def test_coverage_names_the_clauses_that_no_case_reaches(own_folder):
    """True and false apart, over all cases; asked for in the file, or over several books."""
    book = read_casebook(GOOD, name="b.casebook.toml")
    assert casebook_coverage(book) == ("no case reaches clause 'moved' true: add one in which it holds",)
    asked = GOOD.replace("[usual]", "[coverage]\nevery_clause = true\n[usual]")
    result = judge_casebook(read_casebook(asked, name="b.casebook.toml"))
    assert not result.passed
    assert "no case reaches clause 'moved' true" in str(result)
    assert casebook_coverage() == ()


def test_pytest_collects_one_item_a_case(pytester):
    """Found by its name, told without a traceback, and the file of another kind is left alone."""
    pytester.makefile(".casebook.toml", ours=GOOD.replace('["stays-in-countryside"]', "[]"))
    pytester.makefile(".toml", other="[[case]]\n")
    result = pytester.runpytest_inprocess("-p", "no:cacheprovider", "-v", "-k", "外出")
    result.assert_outcomes(passed=1, failed=1)
    output = result.stdout.str()
    assert "ours.casebook.toml:9: 父亲外出" in output
    assert "categories: expected [], found ['stays-in-countryside']" in output
    assert "Traceback" not in output
    assert "县教体系统" in output or "结论" in output or "符合" in output


def test_pytest_tells_the_mistakes_of_a_casebook(pytester):
    """A file that cannot be read fails the run with its findings."""
    pytester.makefile(".casebook.toml", ours=GOOD.replace("settlement", "setlement"))
    result = pytester.runpytest_inprocess("-p", "no:cacheprovider")
    result.assert_outcomes(errors=1)
    assert "did you mean 'settlement'?" in result.stdout.str()


def test_pytest_fails_for_a_clause_that_is_not_reached(pytester):
    """The coverage asked for is an item of its own."""
    pytester.makefile(".casebook.toml", ours=GOOD.replace("[usual]", "[coverage]\nevery_clause = true\n[usual]"))
    result = pytester.runpytest_inprocess("-p", "no:cacheprovider")
    result.assert_outcomes(passed=2, failed=1)
    assert "no case reaches clause 'moved' true" in result.stdout.str()


def test_the_plugin_imports_nothing_for_other_tests(tmp_path):
    """Without a casebook or a fixture of ours, a test run does not load the rules."""
    (tmp_path / "other.toml").write_text("a = 1\n", encoding="utf-8")
    (tmp_path / "test_other.py").write_text(
        textwrap.dedent("""
        import sys
        def test_nothing_of_careprogram_was_loaded():
            assert not [name for name in sys.modules if name.startswith("careprogram.rules")]
        """),
        encoding="utf-8",
    )
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
    )
    assert run.returncode == 0, run.stdout
