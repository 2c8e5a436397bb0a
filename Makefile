# Everything here sets itself up: Python 3.11+ and make are enough.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
ONCE := -m "not torch" --numprocesses auto --dist worksteal

.PHONY: demo test check lint format types imports torch-test bench run clean

## demo: run one whole cycle over the shipped sample, without credentials or network
demo: $(VENV)/.runtime
	$(BIN)/everyreply demo

## test: every test but those that need torch
test: $(VENV)/.dev
	$(BIN)/python -m pytest $(ONCE) $(ARGS)

## check: lint, format, types, layers and tests: what must be green on every commit
check: lint types imports test

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.dev
	$(BIN)/mypy

imports: $(VENV)/.dev
	$(BIN)/lint-imports

format: $(VENV)/.dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

## torch-test: the tests that need torch; installs its CPU build first
torch-test: $(VENV)/.torch
	$(BIN)/python -m pytest -m torch $(ARGS)

## bench: the figures of docs/benchmarks.md, as ratios within one run
bench: $(VENV)/.dev
	$(BIN)/python -m benchmarks $(ARGS)

## run: the service, with ./config.yaml
run: $(VENV)/.runtime
	$(BIN)/everyreply run

clean:
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.runtime: pyproject.toml constraints.txt | $(VENV)/bin/python
	@echo "installing everyreply into $(VENV), about a minute"
	$(PIP) install --constraint constraints.txt --editable .
	touch $@

$(VENV)/.dev: pyproject.toml constraints.txt | $(VENV)/bin/python
	@echo "installing everyreply and its tools into $(VENV), about two minutes"
	$(PIP) install --constraint constraints.txt --editable ".[dev]"
	touch $@ $(VENV)/.runtime

$(VENV)/.torch: $(VENV)/.dev
	$(PIP) install --constraint constraints.txt torch==2.13.0 onnx
	touch $@
