# `make help` lists the targets. Everything that needs the environment installs it first; that is quick when it is there.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

BIN := .venv/bin
# A day starts hundreds of processes: where this is set, each of them compiles all sources again.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help setup run test test-crash bench screens lock clean

help: ## List these targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 20

setup: ## Install what is missing: Debian packages, .venv, the command .venv/bin/station
	@tools/setup

run: setup ## Open the station with bench devices; without a display, play a school day into out/day/
	@if [[ -n "$${DISPLAY:-}$${WAYLAND_DISPLAY:-}" ]]; then exec $(BIN)/station run --bench; \
	else rm -rf out/day; exec $(BIN)/station day --bench --students 5 --out out/day; fi

test: setup ## Check format, style, types and import layers, then run the tests
	$(BIN)/ruff format --check --quiet .
	$(BIN)/ruff check --quiet .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/pytest -n 2 --dist loadfile

test-crash: setup ## Kill the processes of bench days at 200 random moments and check that nothing is lost
	$(BIN)/python -m station.bench.crash --kills 200 --seed 1

bench: setup ## Measure speed against plain tools; print the ratios and write out/bench.json
	$(BIN)/python -m station.bench.measures

screens: setup ## Render every screen in each language into out/screens/
	$(BIN)/station screen gallery --out out/screens

lock: setup ## Lock requirements/*.in into requirements/*.txt, with hashes
	@tools/lock

clean: ## Delete what the other targets made: the environment, the caches and out/
	rm -rf .venv out build *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find station tests -name __pycache__ -type d -prune -exec rm -rf {} +
