"""Which policies come with the library?

They are ordinary policy files with their citations, read by the same reader as anybody's. A site that wants one
otherwise copies it under an id of its own and judges by the copy.
"""

import functools
from collections.abc import Mapping
from importlib import resources
from types import MappingProxyType

from careprogram.eligibility.facts import ChildFacts
from careprogram.ids import PolicyId
from careprogram.rules import Policy, read_policy


def load_policy(text: str, *, name: str, proofs: bool = True) -> Policy:
    """Read a policy file over the facts of `ChildFacts`.

    Args:
        text: The file's content (TOML).
        name: What the file is called in error messages.
        proofs: Whether to refuse what the policy says in vain, such as a clause that can never hold. Leave it out only
            for files that were proven before.

    Raises:
        PolicyError: The file has problems; all of them are named, each with its line.
    """
    return read_policy(text, ChildFacts, name=name, proofs=proofs)


@functools.cache
def shipped_policies() -> Mapping[PolicyId, Policy]:
    """Return the policies that come with the library, by id in alphabetical order."""
    files = sorted(
        (file for file in resources.files("careprogram.eligibility").joinpath("policies").iterdir()),
        key=lambda file: file.name,
    )
    # Proven by the tests, not again in every process.
    texts = ((file.name, file.read_text("utf-8")) for file in files if file.name.endswith(".toml"))
    found = [load_policy(text, name=name, proofs=False) for name, text in texts]
    return MappingProxyType({policy.id: policy for policy in sorted(found, key=lambda policy: policy.id)})
