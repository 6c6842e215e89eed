"""The casebooks of the shipped policies: verdicts that a domain expert can read and add to, one TOML file per policy.

Their cases are collected by the pytest plugin; this page looks at the books as a whole.
"""

from pathlib import Path

import pytest

from careprogram.eligibility import shipped_policies
from careprogram.testing.casebook import casebook_coverage
from careprogram.testing.casebook_reading import read_casebook

FOLDER = Path(__file__).parent
BOOKS = [
    read_casebook(path.read_text("utf-8"), name=path.name, folder=FOLDER)
    for path in sorted(FOLDER.glob("*.casebook.toml"))
]


@pytest.mark.parametrize("policy_id", shipped_policies())
def test_every_shipped_policy_has_a_casebook_that_reaches_every_clause(policy_id):
    """A policy ships with cases in which each of its clauses is once true and once not."""
    books = [book for book in BOOKS if book.policy.id == policy_id]
    assert books, f"write tests/scenarios/{policy_id}.casebook.toml"
    assert not casebook_coverage(*books)


def test_a_casebook_has_the_name_of_its_policy():
    """Who looks for the cases of a policy finds the file by its id; a second book adds a word."""
    assert all(book.name.startswith(f"{book.policy.id}.") for book in BOOKS)
