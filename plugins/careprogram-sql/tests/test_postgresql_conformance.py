"""PostgreSQL keeps the promises of every store."""

import hashlib

import pytest
from hypothesis import settings

from careprogram.sealing import SealedStore
from careprogram.testing import store_conformance
from careprogram.testing.keyrings import trial_keyring
from careprogram_sql import open_store

SERVER = []


@pytest.fixture(scope="module", autouse=True)
def server(postgresql):
    """Let every store of this file lie on the server of this run."""
    SERVER.append(postgresql)
    yield
    SERVER.clear()


def open_in(folder):
    """Open the store that belongs to *folder*: each has a schema of its own."""
    schema = "of_" + hashlib.sha256(str(folder).encode()).hexdigest()[:16]
    return open_store(f"{SERVER[0].url}&schema={schema}")


# A course of events asks the server some hundred questions at every step.
TestPostgresqlStore = store_conformance(open_in, examples=max(6, settings.default.max_examples // 60))

if settings.default.max_examples >= 1_000:  # by default the six stores of test_copying are compared
    TestSealedPostgresqlStore = store_conformance(
        lambda folder: SealedStore(open_in(folder), trial_keyring()), examples=6
    )
