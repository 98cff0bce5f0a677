"""Does a secret get into a file, a report or the terminal? Of ninety kinds, written wherever AWS lets one write."""

from __future__ import annotations

import html
import json
import re
import time
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fixtures.redaction import BLOT, redact_also, redacted, redacted_tag
from tests.suite.conftest import run_pytest
from tests.trust.secret_kinds import Secret, secrets

SEED = 20_261_128
SCENARIO = Path(__file__).with_name("leaking.py")


def seen(secret: Secret, text: str) -> bool:
    """Is the secret, or a word of it, in the text: as it is, as HTML or as JSON?"""
    words = {secret.value, *(word for word in secret.value.split() if len(word) > 5)}
    return any(form(word) in text for word in words for form in (str, html.escape, _json, _json_twice))


def _json(word: str) -> str:
    return json.dumps(word)[1:-1]


def _json_twice(word: str) -> str:
    return _json(_json(word))


def test_there_are_enough_kinds() -> None:
    kinds = {secret.kind for secret in secrets(SEED)}
    assert len(kinds) >= 80


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_every_kind_is_blotted_out(seed: int) -> None:
    leaked = [(secret.kind, redacted(secret.text)) for secret in secrets(seed) if seen(secret, redacted(secret.text))]
    assert leaked == []


SURROUNDINGS = {
    "a line": "2026-11-28T10:00:00Z ERROR payment failed: {} (attempt 3)",
    "a trace": 'Traceback (most recent call last):\n  File "a.py", line 4, in f\nValueError: {}\n',
    "brackets": "[{}]",
    "JSON": '{"level": "error", "detail": "{}"}',
    "a column": "id\t{}\t200",
}


@pytest.mark.parametrize("around", SURROUNDINGS)
def test_every_kind_is_blotted_out_wherever_it_stands(around: str) -> None:
    texts = [(s, redacted(SURROUNDINGS[around].replace("{}", s.text))) for s in secrets(SEED)]
    assert [(secret.kind, text) for secret, text in texts if seen(secret, text)] == []


def test_redacting_again_changes_nothing() -> None:
    once = [redacted(secret.text) for secret in secrets(SEED)]
    assert [redacted(text) for text in once] == once


@cache
def detectors() -> dict[str, Any]:
    """The detectors of detect-secrets that know a form; entropy and key words alone say nothing of log lines."""
    from detect_secrets.core.plugins.util import get_mapping_from_secret_type_to_class

    made = {kind.__name__: kind() for kind in get_mapping_from_secret_type_to_class().values()}
    return {name: one for name, one in made.items() if getattr(one, "denylist", None) and name not in NO_SECRET}


NO_SECRET = {
    "IPPublicDetector": "an address is what the network's checks are about",
    "ArtifactoryDetector": "any word of ten letters that begins with AP",
    "PrivateKeyDetector": "the first line of a key, which is no secret",
    "CloudantDetector": "24 letters after a key's name may be a word",
    "SoftlayerDetector": "its API is gone; 64 letters and digits are an image's digest, too",
    "IbmCloudIamDetector": "the same of letters and digits: found where a sign stands between them",
    "IbmCosHmacDetector": "a key's name and digits after many spaces are a table",
    "KeywordDetector": "it finds names of secrets, and wants the quotes of a program's source",
}


def found_by_detectors(text: str) -> list[tuple[str, str]]:
    """What detect-secrets takes for a secret in the text."""
    return [
        (name, hit)
        for name, detector in detectors().items()
        for line in text.splitlines()
        for hit in detector.analyze_string(line)
        if BLOT not in hit
    ]


@pytest.mark.parametrize("number", range(24))
@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_what_a_detector_finds_is_blotted_out(number: int, data: st.DataObject) -> None:
    """For each form that detect-secrets knows, texts are made that have it; it must not find one in what is left."""
    forms = [(name, form) for name, detector in sorted(detectors().items()) for form in detector.denylist]
    for name, form in forms[number::24]:
        ascii_form = re.compile(form.pattern, form.flags & ~re.UNICODE | re.ASCII)
        secret = data.draw(st.from_regex(ascii_form, fullmatch=True, alphabet=st.characters(codec="ascii")), label=name)
        if name == "BasicAuthDetector" and re.search(r"[\s\"<>\x00-\x1f]", secret):
            continue  # a quote ends an address
        text = f"got {secret} here"
        hits = [hit for line in text.splitlines() for hit in detectors()[name].analyze_string(line)]
        left = found_by_detectors(redacted(text))
        assert not hits or name not in {who for who, _ in left}, (name, text, redacted(text), left)


def test_a_tag_is_judged_by_its_key() -> None:
    assert redacted_tag("password", "a b c") == BLOT
    assert redacted_tag("db_token", "x, y") == BLOT
    assert redacted_tag("note", "password=abc rest") == f"note password={BLOT} rest".removeprefix("note ")
    assert redacted_tag("owner", "payments") == "payments"


@pytest.fixture
def also() -> Iterator[Callable[..., None]]:
    yield redact_also
    redact_also()


def test_e_mail_addresses_go_where_that_is_configured(also: Callable[..., None]) -> None:
    said = "order of li.wei+shop@mail.example.com, customer CUST-12345678"
    assert redacted(said) == said
    also(["CUST-[0-9]{8}"], emails=True)
    assert redacted(said) == f"order of {BLOT}, customer {BLOT}"


def test_a_line_takes_little_time() -> None:
    line = "2026-11-28T10:00:00Z INFO GET /orders/12 200 12ms arn:aws:lambda:eu-west-1:123456789012:function:f " * 2
    began = time.process_time()
    for _ in range(500):
        redacted(line)
    assert time.process_time() - began < 1.0, "more than 2 ms a line"


HOSTILE = (
    "://a:",
    "password '",
    "-us1",
    "AP1",
    'cookie: "',
    "eyJaaaaaaaa.",
    "secret\\",
    "1 ",
    "--a-",
    "Private-Lines: 1 ",
)


@pytest.mark.parametrize("piece", HOSTILE)
def test_no_text_takes_long(piece: str) -> None:
    began = time.process_time()
    redacted(piece * (100_000 // len(piece)))
    assert time.process_time() - began < 5


@pytest.mark.long
def test_no_secret_leaves_a_run(tmp_path: Path) -> None:
    """Everything that a run writes and prints, with a postmortem and a history, against everything that was leaked."""
    run = run_pytest(
        tmp_path / "run",
        "checks",
        *("--sandbox", str(SCENARIO), "--history", str(tmp_path / "history"), "--postmortem", "--list-passed"),
        *("-v", "-rA", "-n", "2"),
        env={"SEED_OF_SECRETS": str(SEED)},
        timeout=900,
    )
    assert run.code == 1, run.stdout[-2000:] + run.stderr
    files = [path for path in tmp_path.rglob("*") if path.is_file() and not path.is_symlink()]
    texts = {path.name: path.read_bytes().decode(errors="replace") for path in files}
    texts |= {"standard output": run.stdout, "standard error": run.stderr}
    assert {"report.html", "postmortem.md", "junit.xml", "results.jsonl"} <= texts.keys()
    leaked = {(secret.kind, name) for name, text in texts.items() for secret in secrets(SEED) if seen(secret, text)}
    assert leaked == set()
    blotted = {line["target"] for line in run.checks if BLOT in json.dumps(line["findings"], ensure_ascii=False)}
    assert len(blotted) >= 40, "the secrets were not quoted at all: this proves nothing"
    found = {(name, *hit) for name, text in texts.items() for hit in found_by_detectors(text)}
    assert {hit for hit in found if "AKIA" in hit[2] or "PRIVATE" in hit[2]} == set()
