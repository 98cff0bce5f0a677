# Two commands do all the set-up: `make demo` and `make test`. Everything lives in .venv and reports/out.
PYTHON ?= python3
BIN := .venv/bin
.DEFAULT_GOAL := help

PROOFS ?= tests
BENCHES := calls clock overhead growth startup reachability insights gate report merge scale

.PHONY: help demo test proofs bench lint types format coverage docs deploy-plan runbook-policy audit lock clean

help: ## say what there is
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 16

.venv/.python:
	@command -v $(PYTHON) >/dev/null || { echo "$(PYTHON) not found: install Python 3.11 or newer, or pass PYTHON=/path/to/python3.11"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "$$($(PYTHON) -V) is too old: install Python 3.11 or newer, or pass PYTHON=/path/to/python3.11"; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { echo "Python's venv module is missing: install it (Debian and Ubuntu: apt install python3-venv)"; exit 1; }
	@echo "making .venv with $$($(PYTHON) -V)"
	@$(PYTHON) -m venv .venv
	@touch $@

.venv/.run: .venv/.python requirements.txt
	@echo "installing requirements.txt (once; about a minute)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

.venv/.dev: .venv/.run requirements-dev.txt
	@echo "installing requirements-dev.txt (once)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@

demo: .venv/.run ## an incident in the embedded AWS: findings, likeliest cause, report
	@$(BIN)/python -m sandbox.proof checkout-outage --show

test: .venv/.dev ## the suite's own tests
	@$(BIN)/pytest -c tests/pytest.ini --rootdir tests -n 2 --dist loadgroup -m "not long" tests

proofs: .venv/.dev ## the long tests (an hour): every scenario is found exactly as it says; PROOFS=tests/trust for a part
	@$(BIN)/pytest -c tests/pytest.ini --rootdir tests -n 2 --dist loadgroup -m long $(PROOFS)

lint: .venv/.dev ## ruff: rules and format; cfn-lint: the templates
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/cfn-lint runbook/*.yaml --ignore-templates runbook/severity.yaml

types: .venv/.dev ## mypy, strict
	@$(BIN)/mypy

format: .venv/.dev ## ruff: mend what can be mended
	@$(BIN)/ruff check --fix-only .
	@$(BIN)/ruff format .

coverage: .venv/.dev ## which lines the tests reach
	@$(BIN)/pytest -c tests/pytest.ini --rootdir tests --cov --cov-config pyproject.toml --cov-report term-missing:skip-covered tests

bench: .venv/.dev ## every bench; bench/README.md keeps what they printed
	@for name in $(BENCHES); do echo "== $$name"; $(BIN)/python -m bench.$$name || echo "$$name: a bound is missed"; done

docs: .venv/.run ## docs/checks.md from the checks themselves
	@$(BIN)/python -m fixtures.handbook

deploy-plan: .venv/.dev ## what the runbook's template would create, and what it costs idle; calls nothing
	@$(BIN)/python -m runbook.plan

runbook-policy: .venv/.run ## the reader's policy in the runbook's templates, from the checks themselves
	@$(BIN)/python -m runbook.policy

audit: .venv/.dev ## does a pinned dependency have a known weakness? (asks PyPI)
	@$(BIN)/python -m tests.audit

lock: ## pin the requirements again from their .in files (needs uv)
	@for name in requirements-runtime requirements runbook/requirements requirements-dev; do \
	  uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-strip-extras $$name.in -o $$name.txt; done

clean: ## remove .venv, caches and run folders; history stays
	@rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis tests/.pytest_cache tests/.hypothesis
	@if [ -d reports/out ]; then find reports/out -mindepth 1 -maxdepth 1 ! -name history -exec rm -rf {} +; fi
