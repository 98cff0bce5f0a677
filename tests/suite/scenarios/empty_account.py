"""An account in which nothing was ever made."""

EXPECTED = []


def build(world):
    """Every region has its default VPC, in which nothing runs."""
