"""Are the certificates of listeners valid?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from diagnosis.answers import Blind, CouldNotTellError
from diagnosis.causes import Impact
from diagnosis.commands import aws
from diagnosis.findings import Finding
from diagnosis.series import Series
from diagnosis.targets import Target
from diagnosis.windows import spoken


@dataclass(frozen=True)
class Certificate:
    """A certificate of a listener as ACM describes it; `not_after` None where it was never issued.

    `validations` are the CNAME records that prove the domain and are still missing, `name → value`.
    https://docs.aws.amazon.com/acm/latest/APIReference/API_CertificateDetail.html
    """

    arn: str
    domain: str
    status: str
    reason: str
    imported: bool
    not_after: datetime | None
    renewal: str
    renewal_reason: str
    validations: tuple[str, ...]


@dataclass(frozen=True)
class ListenerCertificates:
    """The certificates of a listener that ends TLS, and the failed TLS handshakes of its load balancer by minute."""

    target: Target
    certificates: tuple[Certificate, ...]
    failed_handshakes: Series
    as_of: datetime


_NOT_ISSUED = frozenset({"PENDING_VALIDATION", "INACTIVE", "EXPIRED", "VALIDATION_TIMED_OUT", "REVOKED", "FAILED"})


def invalid_certificates(listener: ListenerCertificates, *, min_days: float = 14) -> list[Finding]:
    """A finding for each certificate that is not valid, or will not be in `min_days` days, or cannot be renewed.

    CouldNotTellError where none is, but ACM gives a status that this rule does not know.
    """
    found = []
    for certificate in listener.certificates:
        trouble = _trouble(certificate, listener.as_of, min_days)
        if trouble:
            found.append(_finding(listener, certificate, *trouble))
    odd = next((one for one in listener.certificates if one.status not in {"ISSUED", *_NOT_ISSUED}), None)
    if odd and not found:
        reason = f"{listener.target.name}: unknown status {odd.status or 'not given'} of {odd.arn}"
        raise CouldNotTellError(Blind("unreadable", reason))
    return found


Trouble = tuple[Impact, str, str]
"""Impact, observed, expected."""


def _trouble(certificate: Certificate, now: datetime, min_days: float) -> Trouble | None:
    if certificate.not_after is not None and certificate.not_after <= now:
        ago = spoken(now - certificate.not_after)
        return "now", f"certificate of {certificate.domain} expired {ago} ago", "a valid one"
    if certificate.status in _NOT_ISSUED:
        return "now", f"certificate of {certificate.domain} is {certificate.status}", "ISSUED"
    if certificate.status != "ISSUED":
        return None
    if certificate.not_after is None:
        return "now", f"certificate of {certificate.domain} has no end", "a valid one"
    if certificate.renewal == "FAILED":
        return "soon", f"renewal of the certificate of {certificate.domain} failed", "it to be renewed"
    left = certificate.not_after - now
    if left < timedelta(days=min_days):
        return "soon", f"certificate of {certificate.domain} ends in {spoken(left)}", f"at least {min_days:g} d"
    return None


def _finding(
    listener: ListenerCertificates, certificate: Certificate, impact: Impact, observed: str, expected: str
) -> Finding:
    name, handshakes = listener.target.name, listener.failed_handshakes.total
    until = f"{certificate.not_after:%Y-%m-%dT%H:%M:%SZ}" if certificate.not_after else "none"
    reasons = " ".join(word for word in (certificate.reason, certificate.renewal, certificate.renewal_reason) if word)
    expired = certificate.not_after if certificate.not_after and certificate.not_after <= listener.as_of else None
    return Finding(
        subject=name,
        place=listener.target.place,
        cause="certificate",
        impact=impact,
        symptom=f"{name}: {observed}, expected {expected}",
        evidence=(
            f"Status {certificate.status} NotAfter {until}{f' {reasons}' if reasons else ''}",
            *([f"ClientTLSNegotiationErrorCount {handshakes:,.0f}"] if handshakes else []),
        ),
        why=f"{certificate.arn.rsplit('/', 1)[-1]}: {observed}",
        remedy=_remedy(certificate),
        resource=certificate.arn,
        needed_by=(listener.target.arn, listener.target.name),
        onset=expired,
        as_of=listener.as_of,
        proven=True,
        command=aws("acm", "describe-certificate", "--certificate-arn", certificate.arn),
    )


def _remedy(certificate: Certificate) -> str:
    if certificate.imported:
        return "import the renewed certificate under the same ARN"
    if certificate.validations:
        return f"create the CNAME that proves the domain: {'; '.join(certificate.validations)}"
    return "request a certificate, validate it by DNS, and let the listener use it"
