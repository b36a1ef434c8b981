# Hallkeeper: everything a newcomer types. Needs Python 3.11 or newer with venv, and make.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
SPEED  ?= 20

.PHONY: demo test check bench clauses screenshots lock clean demo-packages test-packages

demo: $(VENV)/.demo demo-packages  ## the whole system on this machine, on simulated devices
	@$(BIN)/hallkeeper demo --speed $(SPEED)

test: $(VENV)/.test  ## installs what the tests need, and runs all of them
	@$(BIN)/pytest -n 2 --dist loadfile

check: $(VENV)/.test  ## formatting, lint, types, import rules
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

bench: $(VENV)/.test  ## every speed beside the raw limit of the same run
	@$(BIN)/python -m bench

clauses: $(VENV)/.test  ## which clause and fault is shown by which test
	@$(BIN)/python -m tests.clauses

screenshots: $(VENV)/.test  ## takes docs/pictures anew
	@$(BIN)/python -m tests.browser.take_pictures

$(VENV)/bin/python:
	@echo "Setting up a virtual environment in $(VENV) …"
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.demo: locks/demo.txt pyproject.toml | $(VENV)/bin/python
	@echo "Installing what the demo needs (a minute, once) …"
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r locks/demo.txt
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

# Debian's packages come first: pyscard is compiled against one of them.
$(VENV)/.test: locks/test.txt pyproject.toml | $(VENV)/bin/python test-packages
	@echo "Installing what the tests need (a minute, once) …"
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r locks/test.txt
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@ $(VENV)/.demo

demo-packages:
	@./packages demo

test-packages:
	@./packages test

lock: $(VENV)/.test  ## resolves the lock files anew from pyproject.toml
	@for set in edge,pi:edge central:central demo:demo test,check:test; do \
	  extras=$${set%%:*}; name=$${set##*:}; \
	  $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
	    $$(for e in $$(echo $$extras | tr , ' '); do echo --extra $$e; done) pyproject.toml locks/build.in \
	    -o locks/$$name.txt; done

clean:
	rm -rf $(VENV) build dist .demo *.egg-info
