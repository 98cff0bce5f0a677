"""What came of asking for a name, from where the run is?"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class LookUp:
    """A name that was asked for: its addresses, or why there are none; `took_s` in seconds."""

    name: str
    addresses: tuple[str, ...]
    error: str
    took_s: float

    @property
    def failed(self) -> bool:
        """Whether nobody would have reached it by this name."""
        return not self.addresses
