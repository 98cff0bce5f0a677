"""How does one look further by hand? AWS CLI commands, quoted so that no name can change them."""

from __future__ import annotations

import shlex


def aws(*words: str) -> str:
    """`aws` with these words, each quoted where a shell would read it otherwise."""
    return shlex.join(("aws", *words))
