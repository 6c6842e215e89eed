"""Program files: what is read, and how each fault is told."""

import datetime as dt
import re
from typing import Any, get_args

import attrs
import pytest

from careprogram.errors import ConfigurationError
from careprogram.program.program_file import language_asked, read_program_file

GOOD = """
[program]
id = "demo"
title = "示例"
as_of = 2026-09-01

[inputs]
roster = "roster.xlsx"
helpers = "helpers.csv"

[policies]
judge = ["cn.left-behind.2016", "county.education"]
serve = ["county.education"]

[term]
id = "2026-autumn"
start = 2026-09-01
end = 2027-01-22
"""


def problems(text: str) -> tuple[object, ...]:
    with pytest.raises(ConfigurationError) as caught:
        read_program_file(text, name="p.toml")
    assert "p.toml" in str(caught.value)
    return caught.value.problems


def test_a_small_file_is_enough() -> None:
    """What is not named has a sensible value."""
    config = read_program_file(GOOD)
    assert config.program.as_of == dt.date(2026, 9, 1)
    assert config.policies.serve == ("county.education",)
    assert config.inputs.mode == "keep-good"
    assert config.pairing.strategies == ("one-to-one", "many-to-one", "one-to-many")


def test_the_example_is_a_program_file(example_county: object) -> None:
    """The county that ships is read by the same reader."""
    from pathlib import Path

    text = Path(str(example_county), "program.toml").read_text(encoding="utf-8")
    assert read_program_file(text).program.id == "county-2026"


def test_no_toml_is_told_by_its_line() -> None:
    """A file that is no TOML names the line."""
    (problem,) = problems(GOOD.replace("[term]", "[term"))
    assert "line 15" in str(problem)


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ('title = "示例"', 'titel = "示例"', "program.titel: nobody knows this name; did you mean 'title'?"),
        ("as_of = 2026-09-01", 'as_of = "yesterday"', "program.as_of: expected a date such as 2026-09-01"),
        ("as_of = 2026-09-01", "as_of = 2026", "program.as_of: expected a date such as 2026-09-01"),
        ('roster = "roster.xlsx"', 'roster = "r.xlsx"\nmode = "some"', "inputs.mode: expected one of"),
        ('serve = ["county.education"]', 'serve = ["x"]', "policies.serve: x judges nobody"),
        ("end = 2027-01-22", "end = 2026-01-22", "term: term 2026-autumn: start 2026-09-01"),
        ("as_of = 2026-09-01", "as_of = 2027-09-01", "program.as_of: the term is over on that day"),
        ("[term]", '[outputs]\nreport = "./"\n[term]', "outputs.report: the inputs lie in that folder"),
        ('id = "demo"', 'id = "my program"', "program.id: write it with letters"),
        ('id = "demo"', 'id = "demo"\nplace = "Guangdong"', "program.place: write the code of a place"),
        ('id = "demo"', f'id = "{"a" * 101}"', "program.id: write it with at most 100 characters"),
        ("[term]", '[pairing]\nadopt = "peer"\n[term]', "pairing.adopt: peer is not worked out"),
        ("[term]", "[pairing]\nfarthest_m = -1\n[term]", "pairing.farthest_m: a distance is 0 meters or more"),
        (
            "[term]",
            "[pairing]\nweights = { proximity = -1 }\n[term]",
            "pairing.weights.proximity: a weight is 0 or more",
        ),
        (
            "[term]",
            "[pairing]\nweights = { proximity = 1.5 }\n[term]",
            "pairing.weights.proximity: expected a whole number",
        ),
    ],
)
def test_each_fault_is_told_where_it_is_and_how_to_mend_it(before: str, after: str, told: str) -> None:
    """A domain expert can find and mend each fault from its line alone."""
    assert before in GOOD
    assert any(told in str(problem) for problem in problems(GOOD.replace(before, after, 1)))


@pytest.mark.parametrize(
    ("before", "after", "zh", "en"),
    [
        (
            'title = "示例"',
            'titel = "示例"',
            "p.toml:4：program.titel：没有这个名称；是不是“title”？",
            "p.toml:4: program.titel: ",
        ),
        (
            'title = "示例"',
            'titel = "示例"',
            "p.toml:2：program.title：没有写，必须写明",
            "p.toml:2: program.title: is missing",
        ),
        (
            "as_of = 2026-09-01",
            "as_of = 3",
            "p.toml:5：program.as_of：应为日期，如 2026-09-01",
            "p.toml:5: program.as_of: exp",
        ),
        (
            'serve = ["county',
            'serve = ["x", "county',
            "p.toml:13：policies.serve：x 不判定任何人",
            "p.toml:13: policies.serve",
        ),
        (
            '"county.education"]\nserve',
            "3]\nserve",
            "p.toml:12：policies.judge[1]：应为文字，写在引号里",
            "p.toml:12: policies.j",
        ),
        (
            "end = 2027-01-22",
            "end = 2026-01-22",
            "p.toml:15：term：开始日、最后上课日和结束日应依次排列",
            "p.toml:15: term: ",
        ),
        ("[term]", "[termin]", "p.toml:15：termin：没有这个名称；是不是“term”？", "p.toml:15: termin: nobody"),
        ("[term]", "[termin]", "p.toml：term：没有写，必须写明", "p.toml: term: is missing"),
        ("[term]", "[term", "p.toml:15：这不是 TOML：", "p.toml:15: this is not TOML: "),
        ('title = "示例"', "title = “示例”", '引号和符号要用半角：“→"', 'TOML needs half-width signs: “→"'),
        (
            "[term]",
            '[inputs]\nmode = "some"\n[term]',
            "p.toml:15：这不是 TOML：同一节写了两次",
            "p.toml:15: this is not TOML",
        ),
        (
            'helpers = "h',
            'mode = "a"\nhelpers = "h',
            "inputs.mode：应为下列之一：all-or-nothing、keep-good",
            "inputs.mode: expected one",
        ),
    ],
)
def test_each_fault_is_told_with_its_line_in_both_languages(before: str, after: str, zh: str, en: str) -> None:
    """A director who reads Chinese finds the line, and no English in it but names."""
    assert before in GOOD
    with pytest.raises(ConfigurationError) as caught:
        read_program_file(GOOD.replace(before, after, 1), name="p.toml")
    assert any(zh in line for line in caught.value.in_chinese.splitlines()), caught.value.in_chinese
    assert any(en in line for line in str(caught.value).splitlines()), str(caught.value)
    for problem in caught.value.problems:
        assert not re.search(r"[a-z]{3,} [a-z]{2,} [a-z]{2,}", problem.in_("zh"))


def test_a_broken_file_still_says_its_language() -> None:
    """Whoever set English is told in English, also when the file cannot be followed."""
    assert language_asked("[program]\nlanguage = 'en'\nbroken") == "en"
    assert language_asked(GOOD) == "zh"


def _section(section: Any) -> tuple[type, str, str]:
    """Return what a section is read into, how its heading is written, and how the reference writes it."""
    kinds = [kind for kind in get_args(section.type) if attrs.has(kind)]
    return (
        (kinds[0], f"{section.name}.v", f"{section.name}.VERSION") if kinds else (section.type,) + (section.name,) * 2
    )


def test_every_reason_is_told_in_chinese() -> None:
    """What the reader of documents says of each kind of setting has a Chinese text of its own."""
    from careprogram.program.config import ProgramConfig

    for section in attrs.fields(ProgramConfig):
        kind, heading, _ = _section(section)
        for field in attrs.fields(kind):
            for wrong in ("3.5", "{ a = { b = 1 } }", "[[1]]"):
                text = f"[{heading}]\n{field.name} = {wrong}\n"
                told = [one.in_("zh") for one in problems(text) if one.path.startswith(f"{heading}.{field.name}")]
                assert told, text
                assert not any(re.search(r"expected|（(?!不加)", line) for line in told), told


def test_a_file_nested_without_end_is_refused() -> None:
    """A file made to exhaust its reader costs an error, and no traceback."""
    (problem,) = problems("a = " + "[" * 5_000 + "]" * 5_000)
    assert str(problem) == "lists or tables lie too deep in each other"


def test_all_faults_are_told_at_once() -> None:
    """Nobody mends one fault only to meet the next."""
    text = GOOD.replace("2026-09-01", '"soon"').replace('helpers = "helpers.csv"', "helper = 3")
    told = "\n".join(map(str, problems(text)))
    assert told.count("expected a date") == 2
    assert "inputs.helper: nobody knows this name; did you mean 'helpers'?" in told
    assert "inputs.helpers: is missing" in told


def test_the_reference_names_every_setting() -> None:
    """Each section and each name of a program file stands in its reference page."""
    from pathlib import Path

    from careprogram.program.config import ProgramConfig

    page = (Path(__file__).parents[2] / "docs" / "reference" / "program-file.md").read_text(encoding="utf-8")
    for section in attrs.fields(ProgramConfig):
        kind, _, path = _section(section)
        _, _, told = page.partition(f"## `[{path}]`")
        told = told.partition("\n## ")[0]
        assert told, section.name
        missing = [field.name for field in attrs.fields(kind) if f"`{field.name}`" not in told]
        assert missing == [], section.name


def test_teams_are_set_by_the_file() -> None:
    """What the file says of teams, loads and siblings reaches the strategies; wrong sizes are told by path."""
    from careprogram.pairing import ManyToOne, OneToMany, OneToOne, ProxyParent, SiblingRule
    from careprogram.people.place_code import PlaceLevel
    from careprogram.program.teams import as_asked

    asked = """[pairing]
team_size = 4
team_minimum = 3
whole_teams = true
local_within = "township"
load_minimum = 2
whole_loads = true
siblings = "require"
fair_load = true
minors_with_adult = true
search_limit = 5
"""
    config = read_program_file(GOOD + asked).pairing
    assert as_asked(ManyToOne(), config) == ManyToOne(
        minimum=3, maximum=4, whole=True, local_within=PlaceLevel.TOWNSHIP, fair_load=True, limit=5.0
    )
    assert as_asked(ProxyParent(), config) == ProxyParent(
        supporters=3, local_within=PlaceLevel.TOWNSHIP, fair_load=True, limit=5.0
    )
    assert as_asked(OneToMany(), config) == OneToMany(
        minimum=2, whole=True, siblings=SiblingRule.REQUIRE, fair_load=True, limit=5.0
    )
    assert as_asked(OneToOne(), config) == OneToOne()
    wrong = "[pairing]\nteam_size = 2\nteam_minimum = 3\nload_minimum = 0\nsearch_limit = 0\n"
    assert [str(one).split(":")[0] for one in problems(GOOD + wrong)] == [
        "pairing.team_minimum",
        "pairing.load_minimum",
        "pairing.search_limit",
    ]


def test_references_can_be_switched_off() -> None:
    """A program names the references it screens by; all four without a word, and an unknown one is told."""
    assert [one.id for one in read_program_file(GOOD).health.in_use()] == [
        "ws-t-456-2014",
        "ws-t-586-2018",
        "ws-t-610-2018",
        "who-2007",
    ]
    asked = read_program_file(GOOD + '\n[health]\nreferences = ["who-2007"]\n')
    assert [one.checked for one in asked.health.in_use()] == [True]
    (problem,) = problems(GOOD + '\n[health]\nreferences = ["ws-t-610"]\n')
    assert str(problem).startswith("health.references")
