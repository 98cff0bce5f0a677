"""What did AWS describe? Saved or live `describe-*` answers of one or more places, by their response key.

A key that was never collected means "none exist", one that was denied means "could not look".
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

Place = tuple[str, str]
"""(account, region); either may be empty where a snapshot does not say."""

Raw = Mapping[str, Any]
"""One object as the AWS CLI or boto3 gives it."""

Denied = str | tuple[str, str, str]
"""A description key denied everywhere, or (account, region, key)."""


class SnapshotError(ValueError):
    """A snapshot that cannot be read; the message is one line and names the file."""


@dataclass(frozen=True)
class Descriptions:
    """All descriptions of a network: for each place, response key to objects."""

    by_place: Mapping[Place, Mapping[str, Sequence[Raw]]]
    denied: frozenset[Denied] = frozenset()
    notes: tuple[str, ...] = ()
    """What of a snapshot could not be used, in one line each."""
    files: Mapping[tuple[Place, str], Path] = field(default_factory=dict)
    """Where each description was read from, if from a file."""
    _reading: list[tuple[Place, str, int, Raw]] = field(default_factory=list, compare=False)

    @classmethod
    def of(
        cls,
        descriptions: Mapping[Place, Mapping[str, Sequence[Raw] | Raw]],
        denied: Collection[Denied] = (),
    ) -> "Descriptions":
        """Descriptions of a mapping; a lone object (block public access options) counts as a list of one."""
        places = {place: {key: _listed(value) for key, value in keyed.items()} for place, keyed in descriptions.items()}
        return cls(places, frozenset(denied))

    def objects(self, key: str) -> Iterator[tuple[Place, Raw]]:
        """Every object under a response key, with its place."""
        for place, keyed in self.by_place.items():
            for number, raw in enumerate(keyed.get(key, ()), 1):
                self._reading[:] = [(place, key, number, raw)]
                yield place, raw

    @property
    def last_read(self) -> str:
        """The object that was handed out last: where reading failed, the one that failed."""
        if not self._reading:
            return "an object"
        place, key, number, raw = self._reading[0]
        return f"{self.files.get((place, key), key)}: {_name_of(key, raw) or f'object {number}'}"

    def was_collected(self, place: Place, key: str) -> bool:
        """Whether the place's descriptions include this key, even with nothing in it."""
        return key in self.by_place.get(place, {})

    def is_denied(self, key: str, place: Place | None = None) -> bool:
        """Whether reading this key was denied, at this place or (without one) anywhere."""
        if key in self.denied:
            return True
        return any(isinstance(entry, tuple) and entry[2] == key and place in (None, entry[:2]) for entry in self.denied)


def _listed(value: Sequence[Raw] | Raw) -> Sequence[Raw]:
    return [value] if isinstance(value, Mapping) else value


_IDS = {"SecurityGroups": "GroupId", "Reservations": "ReservationId", "DhcpOptions": "DhcpOptionsId"}


def _name_of(key: str, raw: Raw) -> str:
    """An object's own id: `VpcId` of `Vpcs`, else whatever id or ARN it has first."""
    own = _IDS.get(key, f"{key.removesuffix('s')}Id")
    named = (raw.get(name) for name in (own, *(k for k in raw if k.endswith(("Id", "Arn")))))
    return str(next(filter(None, named), ""))
