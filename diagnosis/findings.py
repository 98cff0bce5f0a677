"""What is wrong, how do we know, and what should be done? One finding answers for one subject."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any

from diagnosis import exhibits
from diagnosis.causes import Cause, Impact
from diagnosis.exhibits import Exhibit
from diagnosis.places import Place


@dataclass(frozen=True)
class Finding:
    """One sick subject.

    `symptom` reads `<resource>: <observed>, expected <bound>`; `evidence` quotes AWS's words; `why` says what was
    proven about the cause; `remedy` is an action. `resource` is the ARN or id of the subject, `depends_on` the ARNs
    and ids of what it needs in order to be well, `needed_by` those of what needs it. `onset` is the first abnormal
    moment where it is known, `as_of` the moment the evidence speaks of. `proven` says that a configuration or AWS's
    own reason code proves the cause. `exhibits` are what reports may draw.
    """

    subject: str
    place: Place
    cause: Cause
    impact: Impact
    symptom: str
    evidence: tuple[str, ...]
    remedy: str
    why: str = ""
    resource: str = ""
    depends_on: tuple[str, ...] = ()
    needed_by: tuple[str, ...] = ()
    onset: datetime | None = None
    as_of: datetime | None = None
    proven: bool = False
    link: str = ""
    command: str = ""
    exhibits: tuple[Exhibit, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """The finding in builtins, fit for JSON: times as ISO 8601 UTC, the place as `account/region`."""
        plain = asdict(self)
        plain["place"] = self.place.key
        plain["partition"] = self.place.partition
        plain["onset"] = self.onset.isoformat() if self.onset else None
        plain["as_of"] = self.as_of.isoformat() if self.as_of else None
        plain["exhibits"] = [exhibits.to_plain(exhibit) for exhibit in self.exhibits]
        return plain

    @classmethod
    def from_dict(cls, plain: Mapping[str, Any]) -> Finding:
        """The inverse of `to_dict`."""
        known = {field.name for field in fields(cls)}
        values = {key: value for key, value in plain.items() if key in known}
        account, region = plain["place"].split("/", 1)
        values["place"] = Place(account, region, plain["partition"])
        for moment in ("onset", "as_of"):
            values[moment] = datetime.fromisoformat(plain[moment]) if plain[moment] else None
        for several in ("evidence", "depends_on", "needed_by"):
            values[several] = tuple(plain[several])
        read = [exhibits.from_plain(one) for one in plain.get("exhibits", ())]
        values["exhibits"] = tuple(exhibit for exhibit in read if exhibit)
        return cls(**values)


def earliest(moments: Iterable[datetime | None]) -> datetime | None:
    """The first known of several moments, or None where none is known."""
    return min((moment for moment in moments if moment is not None), default=None)
