"""What every run of the tests ends with."""

from tests.trust.table import pytest_terminal_summary

__all__ = ["pytest_terminal_summary"]
