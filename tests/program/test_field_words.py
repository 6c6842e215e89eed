"""Has every classified field a label in both languages, and is every value told in words?"""

import pytest

from careprogram.archives import SHIPPED
from careprogram.care import SHIPPED_DUTY_RULES
from careprogram.language import Text
from careprogram.privacy import labels
from careprogram.privacy.labels import has_label, labels_of
from careprogram.program import field_words
from careprogram.program.copy_words import source_words
from careprogram.program.field_words import MODELS, label_of, value_of
from careprogram.program.record_kinds import record_kinds

_KINDS = record_kinds({kind.id: kind for kind in SHIPPED})


def _unlabeled() -> list[tuple[str, str]]:
    return [
        (name, path)
        for name, kind in _KINDS.items()
        for path in kind.classification.classes
        if kind.archive is None and not has_label(path)
    ]


def test_every_classified_field_has_a_label_in_both_languages() -> None:
    """No family reads a path: each step of each field of each kind has a Chinese and an English label."""
    assert _unlabeled() == []
    for name, kind in _KINDS.items():
        for path in kind.classification.classes:
            label = label_of(kind, path)
            assert label.zh, (name, path)
            assert label.en, (name, path)
            if kind.archive is not None:
                assert not label.zh.isascii(), (name, path)


def test_a_field_without_a_label_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """The planted fault: a word taken out of the table is named by the test above."""
    monkeypatch.setattr(labels, "_WORDS", {word: told for word, told in labels._WORDS.items() if word != "illness"})
    assert ("child", "health.illness") in _unlabeled()


def test_no_label_stands_for_a_field_that_is_gone() -> None:
    """Each word of the table is a step of some field."""
    steps = {
        step.removesuffix("[]")
        for kind in _KINDS.values()
        if kind.archive is None
        for path in kind.classification.classes
        for step in path.split(".")
    }
    assert set(labels._WORDS) - steps == set()
    assert all(zh and not zh.isascii() and en for zh, en in labels._WORDS.values())


def test_labels_follow_the_path() -> None:
    """From the outer step to the inner one; a step nobody has named stands as it is."""
    assert label_of(_KINDS["child"], "father.last_contact.on") == Text(
        "父亲 · 与孩子最近联系 · 日期", "father · last contact with the child · on"
    )
    assert label_of(_KINDS["archive:learning"], "goals[].until").zh == "学习目标 · 期限"
    assert [label.en for label in labels_of("nobody.named")] == ["nobody", "named"]


@pytest.mark.parametrize(
    ("kind", "path", "value", "zh", "en"),
    [
        ("child", "father.status", "away-working", "外出务工", "away working"),
        ("child", "schooling.grade", 5, "五年级", "grade 5"),
        ("child", "schooling.boarding", True, "是", "yes"),
        ("child", "health.illness", None, "无", "none"),
        ("child", "name", {"unknown": True}, "未知", "not known"),
        ("child", "languages", ["汉语", "彝语"], "汉语、彝语", "汉语, 彝语"),
        ("child", "residence.place", "520526", "贵州省毕节市威宁彝族回族苗族自治县（520526）", None),
        ("child", "residence.place", "nowhere", "nowhere", "nowhere"),
        ("consent", "purposes", ["education"], "学习辅导", "education"),
        ("verdict", "determination", "eligible", "符合", "eligible"),
        ("verdict", "policy", "p-1", "某项政策", "some policy"),
        ("pairing", "status", "proposed", "已提议", "proposed"),
        ("care-plan", "assignments[].care", "life", "生活有人管", "life"),
        ("archive:learning", "term_results[].result", "good", "良好", "good"),
        ("archive:health", "checks[].height", 1382, "1382 mm", "1382 mm"),
    ],
    ids=str,
)
def test_values_are_told_in_words(kind: str, path: str, value: object, zh: str, en: str | None) -> None:
    """Answers by their labels, yes and no, gaps, grades, places by name, measures with their unit."""
    names = {"p-1": Text("某项政策", "some policy")}
    assert value_of(_KINDS[kind], path, value, "zh", names) == zh
    assert value_of(_KINDS[kind], path, value, "en", names) == (en or zh.replace("（", " (").replace("）", ")"))


def test_no_answer_of_a_child_is_left_as_its_id() -> None:
    """Every answer that a form of people can hold has its Chinese words wherever a model holds it."""
    for model in MODELS.values():
        for path, types in field_words._types(model).items():
            for type_ in types:
                if issubclass(type_, field_words.Answer):
                    kind = next(name for name, one in MODELS.items() if one is model)
                    told = {value_of(_KINDS[kind], path, one.value, "zh", {}) for one in type_}
                    assert told == {one.zh for one in type_}, (kind, path)
    assert set(MODELS) <= set(_KINDS)


def test_sources_of_duties_are_told_as_a_family_reads_them() -> None:
    """No essay and no English article stands in a Chinese copy."""
    told = [source_words(rule.source, "zh") for rule in SHIPPED_DUTY_RULES if rule.told_to_family]
    for words in told:
        assert "essay" not in words
        assert "art." not in words
        assert not words.isascii()
