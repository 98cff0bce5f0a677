"""What did AWS describe? Saved or live `describe-*` answers of one or more places, by their response key.

A key that was never collected means "none exist", one that was denied means "could not look".
"""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
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

    @classmethod
    def of(
        cls,
        descriptions: Mapping[Place, Mapping[str, Sequence[Raw] | Raw]],
        denied: Collection[Denied] = (),
    ) -> "Descriptions":
        """Descriptions of a mapping; a lone object (block public access options) counts as a list of one."""
        places = {place: {key: _listed(value) for key, value in keyed.items()} for place, keyed in descriptions.items()}
        return cls(places, frozenset(denied))

    @classmethod
    def from_folder(cls, folder: Path) -> "Descriptions":
        """Descriptions of a folder of `<Key>.json` files, flat, by region, or by accounts/<account>/<region>."""
        if not folder.is_dir():
            raise SnapshotError(f"{folder}: no such folder; give a folder of saved aws ec2 describe-* output")
        places: dict[Place, dict[str, Sequence[Raw]]] = {}
        for path in sorted(folder.rglob("*.json")):
            keyed = places.setdefault(_place_of(path.parent.relative_to(folder)), {})
            keyed[path.stem] = _read(path)
        return cls(places)

    def objects(self, key: str) -> Iterator[tuple[Place, Raw]]:
        """Every object under a response key, with its place."""
        for place, keyed in self.by_place.items():
            for raw in keyed.get(key, ()):
                yield place, raw

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


def _place_of(relative: Path) -> Place:
    parts = relative.parts
    if not parts:
        return "", ""
    return (parts[-2] if len(parts) > 1 else ""), parts[-1]


def _read(path: Path) -> Sequence[Raw]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise SnapshotError(f"{path}: cannot be read as JSON ({error}); save the call's output again") from None
    if not isinstance(content, dict):
        raise SnapshotError(f'{path}: expected an object {{"{path.stem}": [...]}} as the AWS CLI prints it')
    value = content.get(path.stem, [])
    if not isinstance(value, list | dict):
        raise SnapshotError(f'{path}: expected a list under "{path.stem}"')
    return _listed(value)
