"""How is a finding said in a terminal? Lines of plain text, with nothing of AWS's that a terminal would obey."""

from __future__ import annotations

import shlex

from diagnosis.findings import Finding
from diagnosis.triage import Root

CAUSE_COLUMN = 84


def finding(found: Finding, profile: str = "") -> list[str]:
    """The lines of one finding: symptom and cause, then saw, why, try and open."""
    head = f"  {one_line(found.symptom)}"
    lines = [f"{head:<{CAUSE_COLUMN}}  cause: {found.cause}" + ("" if found.impact == "now" else f" ({found.impact})")]
    lines += [f"    saw:  {one_line(seen)}" for seen in found.evidence]
    if found.why:
        lines.append(f"    why:  {one_line(found.why)}")
    lines.append(f"    try:  {one_line(found.remedy)}")
    further = [one_line(part) for part in (found.link, command(found, profile)) if part]
    return lines + [f"    {label} {part}" for label, part in zip(("open:", "     "), further, strict=False)]


def command(found: Finding, profile: str = "") -> str:
    """The command that looks further, with its region and the run's profile."""
    if not found.command:
        return ""
    words = f"{found.command} --region {found.place.region}"
    return f"{words} --profile {shlex.quote(profile)}" if profile else words


def doubts(root: Root) -> list[str]:
    """What speaks against a likeliest cause: another that is nearly as likely, and what nobody could look at."""
    lines = []
    if root.rival:
        lines.append(f"nearly as likely: {root.rival.finding.cause}: {one_line(root.rival.finding.symptom)}")
    if root.not_ruled_out:
        lines.append(f"could not rule out: {one_line(', '.join(root.not_ruled_out))}, which nobody could look at")
    return lines


def one_line(text: object) -> str:
    """Text on one line, its white space folded, and nothing in it that a terminal would obey."""
    return " ".join(visible(str(text)).split())


def visible(text: str) -> str:
    """Text whose control characters, escape sequences included, are seen instead of obeyed."""
    return "".join(_visible(c) for c in text)


def first_line(text: str) -> str:
    """The first line that says something."""
    return next((one_line(line) for line in text.splitlines() if line.strip()), "")


def _visible(character: str) -> str:
    if character.isprintable():
        return character
    return " " if character.isspace() else character.encode("unicode_escape").decode()


def several(number: int, noun: str) -> str:
    """`1 check`, `3 checks`."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def hurting(number: int) -> str:
    """How many of several hurt now: `none of them hurts now`, `1 of them hurts now`, `2 of them hurt now`."""
    return f"{number:,} of them hurt now" if number > 1 else f"{number or 'none'} of them hurts now"


def size(count: int) -> str:
    """Bytes for people: `312 B`, `4.2 MB`."""
    for unit, power in (("GB", 9), ("MB", 6), ("kB", 3)):
        if count >= 10**power:
            return f"{count / 10**power:,.1f} {unit}"
    return f"{count} B"
