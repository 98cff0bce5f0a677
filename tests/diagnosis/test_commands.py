"""Can a name change the command that it is an argument of?"""

from __future__ import annotations

import shlex

from hypothesis import given, settings
from hypothesis import strategies as st

from diagnosis.commands import aws


def test_plain_words_stay_plain() -> None:
    assert aws("logs", "tail", "/aws/lambda/a-b_c.d", "--since", "1h") == "aws logs tail /aws/lambda/a-b_c.d --since 1h"


def test_words_that_a_shell_would_read_are_quoted() -> None:
    assert aws("logs", "tail", "a; rm -rf $HOME") == "aws logs tail 'a; rm -rf $HOME'"


@settings(max_examples=80, deadline=None, derandomize=True)
@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=12), max_size=4))
def test_a_shell_reads_the_words_that_were_given(words: list[str]) -> None:
    assert shlex.split(aws(*words)) == ["aws", *words]
