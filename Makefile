# Everything a person does with this repository is one word after `make`.
#   make serve    set up if need be, start Twoyes, print its address (HOST, PORT)
#   make test     lint, then every test
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory
# Where this is set, each of the hundreds of processes that tests start compiles all that it imports anew.
unexport PYTHONDONTWRITEBYTECODE

HOST ?= 127.0.0.1
PORT ?= 8000
# Processes that share the tests; two suit a small machine.
JOBS ?= 2
# Which tests run a second time, on PostgreSQL. CI lets all of them that touch a store, but the slow and the pages.
ON_POSTGRES ?= both

BIN := .venv/bin
READY := .venv/.ready
PYTEST := $(BIN)/python -m pytest -n $(JOBS) --dist worksteal
# Each run of pytest adds a line here; `tests.tools.required` reads them all.
TALLY := .venv/.tally
# The type checker loads the settings; what they make on first start belongs to no one.
SCRATCH := TWOYES_DATA=.venv/.scratch/data XDG_CONFIG_HOME=.venv/.scratch/config XDG_STATE_HOME=.venv/.scratch/state
CODE := $(wildcard src tests bench)

.PHONY: help setup serve test suite quick lint format lock messages bench cases faults simulate mutants clean

help:
	@echo "make serve      start Twoyes on http://$(HOST):$(PORT)/ (HOST=, PORT=)"
	@echo "make test       lint and every test; make quick: without browser, PostgreSQL and what is slow"
	@echo "make lint       ruff, its formatter, mypy --strict, the floors of the house; make format mends what it can"
	@echo "make cases      which case of docs/cases.md is proved by which test"
	@echo "make faults     every fault point against every relay script, on both stores; then workers killed (gate G1)"
	@echo "make simulate   the whole system from one seed (SEED=, ASKS=, WITHOUT_PONR=1)"
	@echo "make messages   gather what can be said in another language; says what is not translated yet"
	@echo "make bench      the figures, beside a bare loop on this machine"
	@echo "make mutants    what the tests would miss"
	@echo "make lock       repeat requirements/*.txt from pyproject.toml (needs uv)"

setup: $(READY)

# A stamp: the second time costs nothing. Every package is checked against its hash.
$(READY): requirements/dev.txt pyproject.toml
	@python=; for name in python3.13 python3.12 python3; do \
	  if $$name -c 'import sys; sys.exit(sys.version_info < (3, 12))' 2>/dev/null; then python=$$name; break; fi; \
	done; \
	if [ -z "$$python" ]; then echo "Twoyes needs Python 3.12 or newer; none was found on PATH." >&2; exit 1; fi; \
	echo "Setting up .venv with $$($$python --version)."; \
	if ! $(BIN)/python -c '' 2>/dev/null; then \
	  rm -rf .venv; $$python -m venv .venv 2>/dev/null || $$python -m venv --without-pip .venv; \
	fi; \
	if $(BIN)/python -c 'import pip' 2>/dev/null; then pip="$(BIN)/python -m pip"; \
	else pip="$$python -m pip --python $(BIN)/python"; fi; \
	$$pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt; \
	$$pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

serve: $(READY)
	$(BIN)/twoyes serve --host $(HOST) --port $(PORT) --welcome

test: lint suite

# Every test, without lint: CI runs that beside them.
suite: $(READY)
	@rm -f $(TALLY)
	TWOYES_TALLY=$(TALLY) $(PYTEST)
	TWOYES_TALLY=$(TALLY) TWOYES_TEST_STORE=postgres $(PYTEST) -m "$(ON_POSTGRES)"
	@$(BIN)/python -m tests.tools.required $(TALLY)

quick: $(READY)
	$(PYTEST) -m "not browser and not postgres and not mailservers and not slow"

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(SCRATCH) $(BIN)/mypy $(CODE)
	$(BIN)/lint-imports

format: $(READY)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# Ranges stand in pyproject.toml, exact versions and hashes here, and no package index by name.
COMPILE := uv pip compile --quiet --universal --python-version 3.12 --generate-hashes --no-emit-index-url --no-annotate --no-header
lock:
	$(COMPILE) pyproject.toml -o requirements/base.txt
	$(COMPILE) pyproject.toml --group dev -o requirements/dev.txt

# Every sentence into the catalogues of each language; says what is not translated yet.
messages: $(READY)
	$(BIN)/python -m tests.tools.messages

bench: $(READY)
	$(BIN)/python -m bench

cases: $(READY)
	@$(BIN)/python -m tests.tools.cases

faults: $(READY)
	$(BIN)/python -m tests.faults.grid
	$(BIN)/python -m tests.faults.kill_run --seeds 1,2,3 --asks 3000
	$(BIN)/python -m tests.faults.kill_run --seeds 1,2,3 --asks 3000 --without-ponr

simulate: $(READY)
	@$(BIN)/python -m tests.simulate $(if $(SEED),--seed $(SEED)) $(if $(ASKS),--asks $(ASKS)) \
	  $(if $(WITHOUT_PONR),--without-ponr)

mutants: $(READY)
	$(BIN)/python -m tests.tools.mutants

clean:
	rm -rf .venv/.scratch .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache mutants
