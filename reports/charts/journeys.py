"""Where is the way blocked? Its components in rows, the blocking one marked, what lies behind it out of reach."""

from __future__ import annotations

from diagnosis.exhibits import Hop, Journey
from reports.charts.drawing import WIDTH, frame, rect, rule, short, text
from reports.html.markup import Html

ACROSS, HIGH, GAP = 4, 44, 22
"""So many components stand in a row, with so much between them."""
_WIDE = (WIDTH - (ACROSS - 1) * GAP) / ACROSS
_KINDS = {
    "eni": "network interface", "subnet": "subnet", "vpc": "VPC", "sg": "security group", "acl": "network ACL",
    "rtb": "route table", "igw": "internet gateway", "eigw": "egress-only gateway", "nat": "NAT gateway",
    "pcx": "peering connection", "tgw": "transit gateway", "vpce": "VPC endpoint", "vgw": "VPN gateway",
    "i": "instance",
}  # fmt: skip
"""What an id is of, by its beginning."""


def journey(shown: Journey) -> Html:
    """The way in rows, read like text."""
    stopped = next((at for at, hop in enumerate(shown.hops) if hop.blocked), len(shown.hops))
    parts: list[Html] = []
    for at, hop in enumerate(shown.hops):
        x, y = at % ACROSS * (_WIDE + GAP), at // ACROSS * (HIGH + GAP)
        state = "blocked" if hop.blocked else "beyond" if at > stopped else "passed"
        parts += _hop(x, y, hop, state)
        if at + 1 < len(shown.hops):
            parts += _step(x, y, last=at % ACROSS == ACROSS - 1, reached=at < stopped)
    rows = -(-len(shown.hops) // ACROSS)
    blockers = [hop for hop in shown.hops if hop.blocked]
    height = rows * (HIGH + GAP) - GAP + 4
    for hop in blockers:
        parts.append(text(0, height + 16, short(f"✕ {hop.name}: {hop.blocked}", 96), class_="label badtext"))
        height += 18
    told = " → ".join(f"{hop.name} (blocked: {hop.blocked})" if hop.blocked else hop.name for hop in shown.hops)
    return frame(height + 4, f"{shown.title}: {told}", parts)


def _hop(x: float, y: float, hop: Hop, state: str) -> list[Html]:
    kind = _KINDS.get(hop.name.split("-", 1)[0], "") if "-" in hop.name else ""
    name = short(hop.name, 19)
    lines = [text(x + _WIDE / 2, y + (32 if kind else 26), name, anchor="middle", class_="hopname")]
    if kind:
        sign = "✕ " if state == "blocked" else ""
        lines.append(text(x + _WIDE / 2, y + 16, f"{sign}{kind}", anchor="middle"))
    return [rect(x + 1, y + 1, _WIDE - 2, HIGH - 2, f"hop {state}", hop.blocked or hop.name), *lines]


def _step(x: float, y: float, *, last: bool, reached: bool) -> list[Html]:
    """The arrow to the next component: to the right, or down to the next row."""
    class_ = "step" if reached else "step beyond"
    if not last:
        begin, end, middle = x + _WIDE + 1, x + _WIDE + GAP - 1, y + HIGH / 2
        return [
            rule(begin, middle, end, middle, class_),
            rule(end - 5, middle - 4, end, middle, class_),
            rule(end - 5, middle + 4, end, middle, class_),
        ]
    down = y + HIGH + GAP / 2
    return [
        rule(x + _WIDE / 2, y + HIGH, x + _WIDE / 2, down, class_),
        rule(_WIDE / 2, down, x + _WIDE / 2, down, class_),
        rule(_WIDE / 2, down, _WIDE / 2, y + HIGH + GAP, class_),
    ]
