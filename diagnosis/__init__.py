"""The mind of Vitals: facts go in, findings come out. No AWS, no network, no pytest, no clock."""

VERSION = "0.1.0"
"""The version of the suite, shown in the preflight, in every result and in the CHANGELOG."""
