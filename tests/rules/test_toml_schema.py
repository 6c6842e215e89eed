"""The JSON Schema for editors agrees with the reader of policy files."""

import copy
import datetime as dt
import json
import random
import tomllib

import jsonschema
import pytest
import rules_kit as kit

from careprogram.eligibility import ChildFacts, shipped_policies
from careprogram.errors import PolicyError
from careprogram.language import Text
from careprogram.rules import BoolFact, FactSchema, policy_json_schema, policy_to_toml, read_policy
from careprogram.rules.files.shape import POLICY, Kind
from careprogram.testing.random_rules import random_policy

SCHEMA = policy_json_schema(kit.Facts)
EDITOR = jsonschema.Draft202012Validator(SCHEMA, format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER)
RANDOM = [random_policy(random.Random(seed), kit.Facts, variants=True) for seed in range(60)]


def as_json(value):
    """Return what an editor makes of a TOML value: dates are texts."""
    if isinstance(value, dict):
        return {key: as_json(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [as_json(inner) for inner in value]
    return value.isoformat() if isinstance(value, dt.date) else value


def as_toml(value):
    """Return *value* as one TOML value on one line."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(key)} = {as_toml(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(as_toml, value)) + "]"
    return value.isoformat() if isinstance(value, dt.date) else json.dumps(value, ensure_ascii=True)


def as_file(table):
    return "\n".join(f"{json.dumps(key)} = {as_toml(value)}" for key, value in table.items())


def is_read(table):
    try:
        read_policy(as_file(table), kit.Facts, name="x.toml", proofs=False)
    except PolicyError:
        return False
    return True


def test_the_schema_is_a_schema():
    """It is valid by its own draft, for facts with and without groups."""

    class Plain(FactSchema):
        poor = BoolFact(label=Text("贫困", "poor"))

    for schema in (SCHEMA, policy_json_schema(Plain), policy_json_schema(ChildFacts)):
        jsonschema.Draft202012Validator.check_schema(schema)
        assert json.loads(json.dumps(schema)) == schema
    assert "of" not in policy_json_schema(Plain)["properties"]["definitions"]["additionalProperties"]["properties"]


def test_what_is_shipped_and_what_is_written_is_valid():
    """No editor marks a good file."""
    child = jsonschema.Draft202012Validator(policy_json_schema(ChildFacts))
    for policy in shipped_policies().values():
        assert list(child.iter_errors(as_json(tomllib.loads(policy_to_toml(policy))))) == []
    for policy in RANDOM:
        table = tomllib.loads(policy_to_toml(policy))
        assert list(EDITOR.iter_errors(as_json(table))) == []
        assert is_read(table)


def test_every_key_has_a_title_in_both_languages():
    """Whoever hovers over a key is told what it means; rules name every fact with its choices."""

    def titles(part):
        for name, inner in part.get("properties", {}).items():
            yield name, inner.get("title", "")
            for below in (inner, inner.get("items", {}), inner.get("additionalProperties", {})):
                yield from titles(below) if isinstance(below, dict) else ()

    for name, title in titles(SCHEMA):
        chinese, english = title.split(" / ")
        assert any("\u4e00" <= sign <= "\u9fff" for sign in chinese), name
        assert english.isascii(), name
    rule = SCHEMA["$defs"]["rule"]["description"]
    for fact in (*kit.Facts.facts().values(), *kit.ParentFacts.facts().values()):
        assert f"{fact.name}: {fact.label.zh}" in rule
    assert "deceased" in rule


def places(table, shape, path=()):
    """Yield the path, the key and the shape of everything that stands in *table*."""
    for key in shape.keys:
        if key.name not in table:
            continue
        yield (*path, key.name), key, shape.name
        below = table[key.name]
        if key.kind is Kind.TABLE:
            yield from places(below, key.shape, (*path, key.name))
        elif key.shape is not None:
            for at, entry in below.items() if key.kind is Kind.NAMED else enumerate(below):
                yield from places(entry, key.shape, (*path, key.name, at))


def shapes(shape):
    """Yield *shape* and those inside it."""
    yield shape
    for key in shape.keys:
        if key.shape is not None:
            yield from shapes(key.shape)


def changed(table, path, change):
    """Return a copy of *table* in which *change* was done to the table around *path*."""
    copied = copy.deepcopy(table)
    around = copied
    for part in path[:-1]:
        around = around[part]
    change(around, path[-1])
    return copied


def put(value):
    return lambda around, key: around.__setitem__(key, value)


def rename(around, key):
    around[f"{key}x"] = around.pop(key)


def empty_language(around, key):
    around[key] = {**around[key], "zh": " "}


def no_language(around, key):
    around[key] = {"zh": "文"}


DAMAGE = {
    Kind.FORMAT: [put(2), put("1"), put(True)],
    Kind.ID: [put("A b"), put(""), put("ｉｄ"), put(1), put([])],
    Kind.TEXT: [put(""), put("  "), put(1), put({})],
    Kind.TEXTS: [put("text"), put({}), put(1), empty_language, no_language],
    Kind.NUMBER: [put("1"), put(1.5), put(True), put(10**16), put([])],
    Kind.TIER: [put("1"), put(0), put(-3), put(True)],
    Kind.YES_NO: [put("true"), put(1), put([])],
    Kind.DATE: [put(2016), put("soon"), put(True)],
    Kind.RULE: [put(""), put(1), put(True), put([])],
    Kind.CHOICE: [put("sometimes"), put(1), put("")],
    Kind.GROUP: [put("nobody"), put("poor"), put(1)],
    Kind.JURISDICTION: [put("粤"), put("４４"), put(44), put("")],
    Kind.IDS: [put("a"), put([1]), put(["A b"]), put(["a.b", "a.b"])],
    Kind.ID_LISTS: [put(["a"]), put([["a"]]), put([["a", "a"]]), put("a"), put([["group-0", 1]])],
    Kind.TABLE: [put([]), put("x"), put({"wrong": 1})],
    Kind.TABLES: [put({}), put("x"), put([1]), put([{"wrong": 1}])],
    Kind.NAMED: [put([]), put({"Upper": {}}), put({"known": {}}), put({"x": 1})],
}
EVERY = [rename, lambda around, key: around.__setitem__("wrong", 1)]


def test_what_the_reader_refuses_for_its_shape_the_editor_marks():
    """Each kind of key, damaged in each way, is refused by the reader and by the schema."""
    seen = set()
    for policy in RANDOM[:25]:
        table = tomllib.loads(policy_to_toml(policy))
        for path, key, shape in places(table, POLICY):
            if (shape, key.name) in seen:
                continue
            seen.add((shape, key.name))
            missing = [lambda around, key: around.pop(key)] if key.required else []
            for change in (*DAMAGE[key.kind], *EVERY, *missing):
                damaged = changed(table, path, change)
                assert not is_read(damaged), (path, key.kind, damaged)
                assert not EDITOR.is_valid(as_json(damaged)), (path, key.kind, damaged)
    every = {(shape.name, key.name) for shape in shapes(POLICY) for key in shape.keys}
    assert every - seen == {("overridden", "label")}


def test_what_the_editor_marks_the_reader_refuses():
    """Pieces of good files put where they do not belong never make a file that only the editor refuses."""
    rng = random.Random(11)
    marked = 0
    for policy in RANDOM:
        table = tomllib.loads(policy_to_toml(policy))
        spots = list(places(table, POLICY))
        for _ in range(6):
            (path, *_), (other, *_) = rng.choice(spots), rng.choice(spots)
            value = table
            for part in other:
                value = value[part]
            damaged = changed(table, path, put(copy.deepcopy(value)))
            if not EDITOR.is_valid(as_json(damaged)):
                marked += 1
                assert not is_read(damaged), (path, other)
    assert marked > 100


@pytest.mark.parametrize("kind", Kind)
def test_every_kind_of_key_is_damaged(kind):
    """A new kind of key needs its ways of being wrong."""
    assert DAMAGE[kind]
