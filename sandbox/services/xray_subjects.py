"""What does a filter expression judge, and what are its keywords' values there?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sandbox.services.xray_graph import node_of
from sandbox.services.xray_segments import Document, parts_of


@dataclass
class Subject:
    """What is judged: a trace as a whole, one service of it, or one call."""

    document: Document
    """The entry's segment, the service's, or the call's subsegment."""
    segments: list[Document]
    whole: bool = False

    def flag(self, name: str) -> bool:
        """A Boolean keyword."""
        found = self.document
        match name:
            case "ok":
                return not (found.get("fault") or found.get("error") or found.get("throttle"))
            case "partial":
                return any(s.get("in_progress") for s in self.segments)
            case "root":
                return not found.get("parent_id")
            case "remote":
                return bool(found.get("namespace"))
        return bool(found.get(name))

    def number(self, name: str) -> float | None:
        """A number keyword; None where nothing is known."""
        if name == "http.status":
            status = self.document.get("http", {}).get("response", {}).get("status")
            return None if status is None else float(status)
        ends = [s.get("end_time") for s in self.segments] if name == "duration" and self.whole else []
        end = max((e for e in [*ends, self.document.get("end_time")] if e is not None), default=None)
        return None if end is None else end - self.document["start_time"]

    def texts(self, name: str) -> list[str]:
        """The values of a text keyword."""
        request = self.document.get("http", {}).get("request", {})
        several = self.segments if self.whole else [self.document]
        match name:
            case "http.url" | "http.method":
                return [request[name.partition(".")[2]]] if name.partition(".")[2] in request else []
            case "http.useragent" | "http.clientip":
                key = {"http.useragent": "user_agent", "http.clientip": "client_ip"}[name]
                return [request[key]] if key in request else []
            case "user":
                return [s["user"] for s in several if "user" in s]
            case "name":
                return [s["name"] for s in several]
            case "type":
                return [node_of(s)[1] for s in several]
            case "message":
                causes = (p.get("cause", {}) for s in several for p in (s, *parts_of(s)))
                return [e.get("message", "") for c in causes if isinstance(c, dict) for e in c.get("exceptions", [])]
            case "availabilityzone":
                return [z for s in several if (z := s.get("aws", {}).get("ec2", {}).get("availability_zone"))]
        return [i for s in several if (i := s.get("aws", {}).get("ec2", {}).get("instance_id"))]

    def annotation(self, key: str) -> list[Any]:
        """The values of an annotation."""
        several = self.segments if self.whole else [self.document]
        every = (p for s in several for p in (s, *parts_of(s)))
        return [p["annotations"][key] for p in every if key in p.get("annotations", {})]


def entry_of(segments: Sequence[Document]) -> Document:
    """The segment that the trace began with."""
    own = [s for s in segments if not s.get("inferred")] or list(segments)
    return min(own, key=lambda s: (bool(s.get("parent_id")), s["start_time"]))
