# `make run` on a fresh machine needs python3 (3.11-3.13) with its venv module, and make. Nothing else.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.PHONY: help run test test-quick faults lint format bench bench-quick

PORT ?= 8000
TESTS ?= tests
WORKERS ?= 2
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

help:
	@echo "make run    the site with demo data on http://127.0.0.1:$(PORT) (PORT=), web and worker; Ctrl-C ends both"
	@echo "make test   every test: unit, pages, stories, PostgreSQL, browser"
	@echo "make faults the long fault injections: 10,000 texts through a failing provider, workers killed 200 times"
	@echo "make lint   ruff, mypy --strict, import-linter, djlint, translation drift"
	@echo "make bench  the goals for speed as one table; bench-quick in under 3 minutes"
	@echo "make format rewrites code the way make lint wants it"

run: $(READY)
	@PORT=$(PORT) exec $(BIN)/flask --app app serve

test: $(READY)
	@bash .ci/packages browser
	@$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal $(TESTS)

# Without a browser and without the long ones: for the minute between two edits.
test-quick: $(READY)
	@$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal -m "not browser and not slow" $(TESTS)

# What is too long for every day: the same tests with the figures they are meant for.
faults: $(READY)
	@FAULTS=long $(BIN)/python -m pytest -p no:cacheprovider tests/messaging/test_faults.py tests/domain/test_case_dates.py

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/djlint templates --lint --quiet
	$(BIN)/flask --app app translations check

# Figures for a terminal, never a test; `.venv/bin/python -m tests.bench votes` runs one part again.
bench: $(READY)
	@$(BIN)/python -m tests.bench

bench-quick: $(READY)
	@$(BIN)/python -m tests.bench --quick

format: $(READY)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# One stamp file says that the environment fits pyproject.toml and constraints.txt.
$(READY): pyproject.toml constraints.txt
	@bash .ci/venv $(VENV)
	@touch $@
