"""Whatever people are like, their records come back from their documents unchanged."""

import json

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from careprogram.codec import dumps, from_document, loads, to_document
from careprogram.errors import ValidationError
from careprogram.people import Child
from careprogram.ports import WrittenDocument, dumps_bytes, loads_kept
from careprogram.testing.strategies import STRATEGIES, children

RECORDS = {
    model: strategy
    for model, strategy in STRATEGIES.items()
    if attrs.has(model)
    and model.__module__.startswith("careprogram.people")
    and "kw_only=True"
    and any(field.kw_only for field in attrs.fields(model))
}
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner)
    ),
    max_leaves=20,
)
OBJECTS = st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), JSON)


@pytest.mark.parametrize("model", RECORDS)
@given(data=st.data())
@settings(max_examples=25)
def test_every_record_comes_back(model, data):
    """Reading what was written gives an equal record, and writing that gives the same text."""
    record = data.draw(RECORDS[model])
    text = dumps(to_document(record))
    again = from_document(model, loads(text))
    assert again == record
    assert dumps(to_document(again)) == text


def test_all_people_are_tried():
    """No record of people is left out of the law above."""
    assert {model.__name__ for model in RECORDS} >= {"Child", "Helper", "Parent", "Caregiver", "Household", "Consent"}


@given(OBJECTS)
def test_any_document_comes_back(document):
    """Every JSON object of texts, whole numbers, lists and objects survives its text exactly."""
    text = dumps(document)
    assert loads(text) == loads_kept(text) == document
    assert dumps(loads(text)) == text
    assert json.loads(text) == document
    assert dumps_bytes(document) == text.encode()
    assert dumps(WrittenDocument(text)) == text


@given(OBJECTS, st.randoms(use_true_random=False))
def test_the_order_of_members_does_not_show(document, chance):
    """Equal documents have equal texts, in whatever order they were built."""

    def shuffled(value):
        if isinstance(value, dict):
            members = list(value.items())
            chance.shuffle(members)
            return {name: shuffled(member) for name, member in members}
        return tuple(map(shuffled, value)) if isinstance(value, list) else value

    assert dumps(shuffled(document)) == dumps(document)


@given(child=children(), data=st.data())
def test_a_spoiled_document_is_refused_or_means_what_it_says(child, data):
    """Any one value replaced by another of any type is refused, or is written again exactly as it was read."""
    document = json.loads(dumps(to_document(child)))
    name = data.draw(st.sampled_from(sorted(document)))
    document[name] = data.draw(JSON)
    refusal = ""
    try:
        written = to_document(from_document(Child, document))
    except ValidationError as error:
        refusal, written = str(error), document
    assert not refusal or f"$.{name}" in refusal or "$:" in refusal
    assert all(written.get(other) == value for other, value in document.items() if other != name)
    if not isinstance(document[name], dict | list):
        assert written.get(name) == document[name]
