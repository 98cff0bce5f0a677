"""Is a listener red when a certificate of it is not valid or soon will not be, and only then?"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from diagnosis.answers import CouldNotTellError
from diagnosis.network.certificates import Certificate, ListenerCertificates, invalid_certificates
from diagnosis.series import Series
from tests.builders import HERE, NOW, series, target

WELL = Certificate(
    arn=HERE.arn("acm", "certificate/c-1"),
    domain="shop.example",
    status="ISSUED",
    reason="",
    imported=False,
    not_after=NOW + timedelta(days=200),
    renewal="",
    renewal_reason="",
    validations=(),
)
SECOND = timedelta(seconds=1)


def listener(*certificates: Certificate, handshakes: Series | None = None) -> ListenerCertificates:
    held = target("listener", "shop:443", HERE.arn("elasticloadbalancing", "listener/app/shop/1/2"))
    return ListenerCertificates(held, certificates, handshakes or Series(60), NOW)


@pytest.mark.parametrize("renewal", ["", "SUCCESS", "PENDING_AUTO_RENEWAL", "PENDING_VALIDATION"])
def test_a_certificate_that_is_valid_for_long(renewal: str) -> None:
    assert invalid_certificates(listener(replace(WELL, renewal=renewal))) == []


def test_failed_handshakes_alone_prove_nothing() -> None:
    assert invalid_certificates(listener(WELL, handshakes=series(900, 900))) == []


@pytest.mark.parametrize(
    ("not_after", "impact"),
    [
        (NOW - timedelta(days=3), "now"),
        (NOW, "now"),
        (NOW + SECOND, "soon"),
        (NOW + timedelta(days=14) - SECOND, "soon"),
        (NOW + timedelta(days=14), None),
    ],
)
def test_the_end_of_a_certificate(not_after: datetime, impact: str | None) -> None:
    found = invalid_certificates(listener(replace(WELL, not_after=not_after)))
    assert [one.impact for one in found] == ([impact] if impact else [])


def test_the_days_before_the_end_can_be_set() -> None:
    near = listener(replace(WELL, not_after=NOW + timedelta(days=20)))
    assert invalid_certificates(near, min_days=20) == []
    assert invalid_certificates(near, min_days=20.5)[0].symptom == (
        "shop:443: certificate of shop.example ends in 20 d, expected at least 20.5 d"
    )


@pytest.mark.parametrize("status", ["PENDING_VALIDATION", "INACTIVE", "VALIDATION_TIMED_OUT", "REVOKED", "FAILED"])
@pytest.mark.parametrize("not_after", [None, NOW + timedelta(days=200)])
def test_a_certificate_that_is_not_issued(status: str, not_after: datetime | None) -> None:
    [found] = invalid_certificates(listener(replace(WELL, status=status, not_after=not_after)))
    assert found.symptom == f"shop:443: certificate of shop.example is {status}, expected ISSUED"
    assert (found.impact, found.onset, found.proven) == ("now", None, True)


@pytest.mark.parametrize("not_after", [None, NOW - timedelta(hours=2)])
def test_an_expired_certificate_is_one_with_or_without_its_date(not_after: datetime | None) -> None:
    [found] = invalid_certificates(listener(replace(WELL, status="EXPIRED", not_after=not_after)))
    assert (found.impact, found.onset) == ("now", not_after)


def test_an_issued_certificate_without_an_end_is_not_taken_for_valid() -> None:
    [found] = invalid_certificates(listener(replace(WELL, not_after=None)))
    assert (found.impact, found.evidence) == ("now", ("Status ISSUED NotAfter none",))


def test_a_failed_renewal_is_told_before_the_end_is_near() -> None:
    failed = replace(WELL, renewal="FAILED", renewal_reason="CAA_ERROR")
    [found] = invalid_certificates(listener(failed))
    assert found.symptom == "shop:443: renewal of the certificate of shop.example failed, expected it to be renewed"
    assert found.impact == "soon"
    assert found.evidence[0].endswith(" FAILED CAA_ERROR")


@pytest.mark.parametrize(("status", "said"), [("", "not given"), ("issued", "issued"), ("SUSPENDED", "SUSPENDED")])
def test_a_status_that_nobody_knows_is_not_judged(status: str, said: str) -> None:
    odd = replace(WELL, status=status)
    with pytest.raises(CouldNotTellError, match=f"shop:443: unknown status {said} of {WELL.arn}"):
        invalid_certificates(listener(WELL, odd))
    assert len(invalid_certificates(listener(odd, replace(WELL, not_after=NOW)))) == 1
    assert len(invalid_certificates(listener(replace(odd, not_after=NOW)))) == 1


def test_each_certificate_that_is_not_valid_is_told() -> None:
    other = replace(WELL, arn=HERE.arn("acm", "certificate/c-2"), domain="api.example", status="REVOKED")
    found = invalid_certificates(listener(replace(WELL, not_after=NOW), WELL, other))
    assert [one.resource for one in found] == [WELL.arn, other.arn]


def test_what_it_says_of_an_expired_certificate() -> None:
    expired = replace(WELL, not_after=NOW - timedelta(minutes=90))
    [found] = invalid_certificates(listener(expired, handshakes=series(1000, 200)))
    assert found.symptom == "shop:443: certificate of shop.example expired 1 h 30 min ago, expected a valid one"
    assert found.evidence == ("Status ISSUED NotAfter 2026-03-04T10:30:00Z", "ClientTLSNegotiationErrorCount 1,200")
    assert (found.cause, found.resource, found.onset) == ("certificate", WELL.arn, expired.not_after)
    assert found.needed_by == (listener().target.arn, "shop:443")
    assert found.command == f"aws acm describe-certificate --certificate-arn {WELL.arn}"


@pytest.mark.parametrize(
    ("changes", "remedy"),
    [
        ({"imported": True, "validations": ("_a → _b",)}, "import the renewed certificate under the same ARN"),
        ({"validations": ("_a → _b", "_c → _d")}, "create the CNAME that proves the domain: _a → _b; _c → _d"),
        ({}, "request a certificate, validate it by DNS, and let the listener use it"),
    ],
)
def test_the_remedy_is_of_its_kind(changes: dict[str, object], remedy: str) -> None:
    [found] = invalid_certificates(listener(replace(WELL, not_after=NOW, **changes)))  # type: ignore[arg-type]
    assert found.remedy == remedy
