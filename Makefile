# Every target runs on a machine that has Python 3.11 or newer and make; all it installs is in .venv/.

PYTHON ?= python3
BIN := .venv/bin

.DEFAULT_GOAL := help

.PHONY: help
help:  ## List the targets.
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: demo
demo: .venv/run assets .venv/ready  ## Make a sample company, run the whole loop, open the workspace on it.
	$(BIN)/fourfits demo --home demo

.PHONY: install
install: .venv/dev  ## Install the library and everything that tests need.

.PHONY: test
test: .venv/dev assets  ## Run every test, doctests included; those of the workspace on PostgreSQL too.
	$(BIN)/pytest -n 2 --dist loadfile
	$(BIN)/python tests/on_postgresql.py $(BIN)/pytest -n 2 --dist loadfile tests/fourfits_web

.PHONY: unit
unit: .venv/dev assets  ## Run the tests that need no browser, server or big sample: two minutes at most.
	$(BIN)/pytest -n 2 --dist loadfile -m unit

# Python keeps what it has compiled, also where the machine says otherwise: tests start it often.
test unit: export PYTHONDONTWRITEBYTECODE =

.PHONY: lint
lint: .venv/dev  ## Check format, lint, types, import order, docs in step.
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	PATH="$(CURDIR)/$(BIN):$$PATH" lint-imports
	$(BIN)/python docs/generate.py --check

.PHONY: check
check: lint test  ## Lint and test: what CI runs.

.PHONY: assets
assets: .venv/run  ## Bring styles, scripts and icons of others to static/vendor/, if any changed.
	$(BIN)/python hatch_build.py

.PHONY: docs
docs: .venv/dev  ## Write the generated pages of docs/ anew.
	$(BIN)/python docs/generate.py

.PHONY: bench
bench: .venv/dev  ## Run every benchmark beside its peers; results in .bench/results/.
	for script in benchmarks/[a-z]*.py; do \
		case $$script in *harness.py) ;; *) $(BIN)/python $$script || exit 1 ;; esac; done

.PHONY: lock
lock: .venv/dev  ## Resolve requirements/*.txt anew.
	cd requirements && sh lock.sh ../$(BIN)/uv

.PHONY: clean
clean:  ## Remove what the targets made.
	rm -rf .venv .bench demo

.venv/bin/uv: requirements/uv.txt
	$(PYTHON) -c 'import sys; assert sys.version_info >= (3, 11), "fourfits needs Python 3.11 or newer"'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements/uv.txt
	@touch $@

.venv/run: .venv/bin/uv requirements/run.txt pyproject.toml package-lock.json hatch_build.py
	$(BIN)/uv pip install -q --compile-bytecode --require-hashes -r requirements/run.txt
	$(BIN)/uv pip install -q --no-deps --editable .
	$(BIN)/python -m compileall -q src
	@touch $@

# Empty records and gathered style sheets: each new workspace begins with a copy.
.venv/ready: .venv/run $(wildcard src/fourfits_web/*/migrations/*.py) $(shell find src/fourfits_web -path '*/static/*' -type f) | assets
	$(BIN)/python -m fourfits_web.project.ready
	@touch $@

.venv/dev: .venv/bin/uv requirements/dev.txt pyproject.toml package-lock.json hatch_build.py
	$(BIN)/uv pip install -q --compile-bytecode --require-hashes -r requirements/dev.txt
	$(BIN)/uv pip install -q --no-deps --editable .
	@touch $@ .venv/run
