"""A run without --sandbox, against an AWS that somebody else started: credentials, endpoints, roles, what is called."""

from __future__ import annotations

import json
import urllib.request
from collections import Counter
from pathlib import Path

import pytest

from fixtures.operations import READS
from fixtures.sandbox import start_sandbox
from tests.suite.conftest import beyond

PLAIN = {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing", "AWS_REGION": "ap-northeast-1"}


@pytest.fixture(scope="module")
def cloud(tmp_path_factory):
    sandbox = start_sandbox("checkout-outage", tmp_path_factory.mktemp("cloud") / "log")
    yield sandbox
    sandbox.stop()


@pytest.fixture
def live(cloud, run_checks):
    """Run the checks as a user with an endpoint in the environment, and say what was called."""

    def run(*words: str, **env: str):
        urllib.request.urlopen(urllib.request.Request(f"{cloud.endpoint}/vitals/requests", method="DELETE"))
        done = run_checks(*words, env=PLAIN | {"AWS_ENDPOINT_URL": cloud.endpoint} | env)
        with urllib.request.urlopen(f"{cloud.endpoint}/vitals/requests") as answer:
            return done, json.load(answer)

    return run


def operations(requests) -> Counter:
    listed = requests["requests"] if isinstance(requests, dict) else requests
    return Counter(f"{entry['service']}:{entry['operation']}" for entry in listed)


def test_a_network_run_calls_no_lambda_api_and_nothing_that_writes(live):
    run, requests = live("-m", "network")
    called = operations(requests)
    assert run.code == 1, run.stdout
    assert not [name for name in called if name.startswith("lambda:")]
    assert set(called) <= set(READS)
    assert "endpoint: http://127.0.0.1" in run.stdout


def test_workers_discover_once(live):
    _, serial = live("-m", "serverless")
    _, spread = live("-m", "serverless", "-n", "4")
    assert beyond(operations(spread), operations(serial)) == Counter()


def test_the_gate_does_not_trust_a_custom_endpoint_or_an_unnamed_account(live, cloud, tmp_path):
    refused, _ = live("--gate")
    assert refused.code == 4
    assert "--gate will not trust the endpoint" in refused.stderr + refused.stdout
    settings = tmp_path / "t.toml"
    settings.write_text(f'[expect]\naccount = "123456789012"\nendpoint = "{cloud.endpoint}"\n')
    trusted, _ = live("--gate", "-m", "database", "--targets", str(settings))
    assert trusted.code == 0, trusted.stdout
    settings.write_text(f'[expect]\nendpoint = "{cloud.endpoint}"\n')
    unnamed, _ = live("--gate", "--targets", str(settings))
    assert unnamed.code == 4
    assert "set [expect] account" in unnamed.stderr + unnamed.stdout


def test_an_account_that_cannot_be_entered_does_not_break_the_others(live):
    run, _ = live("--account", "123456789012", "--account", "222222222222", "-m", "database")
    assert run.code == 6
    assert run.of("test_database_is_available", "orders")["outcome"] == "passed"
    blind = [line for line in run.checks if line["target"].startswith("222222222222/")]
    assert blind
    assert all(line["reason"].endswith("pass --role-name") for line in blind)


def test_two_runs_do_not_share_a_folder(live, tmp_path):
    first, _ = live("-m", "database")
    again, _ = live("-m", "database")
    assert (first.code, again.code) == (0, 0)
    assert len(again.lines) == len(first.lines)


def test_the_policy_is_printed_without_a_call(run_checks):
    run = run_checks("--iam-policy", "-m", "network", env={"AWS_ENDPOINT_URL": "http://127.0.0.1:1"})
    policy = json.loads(run.stdout)
    [statement] = policy["Statement"]
    assert run.code == 0
    assert "ec2:DescribeRouteTables" in statement["Action"]
    assert not [action for action in statement["Action"] if action.startswith("lambda:")]
    assert not Path(run.folder).exists()
