# `make demo` and `make test` need Python 3.11+, pip and make; they set up everything else themselves.
PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
SOURCES := bot storage prompts tests

.PHONY: help demo play test check format browser bench chaos clean
.DEFAULT_GOAL := help

help:  ## What can be typed here
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

$(VENV)/.run: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed, this is " + sys.version.split()[0] + "; try: make PYTHON=python3.12 $(MAKECMDGOALS)")'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing the pinned dependencies into $(VENV) (once) …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	@touch $@

$(VENV)/.dev: $(VENV)/.run
	@echo "Installing the development tools into $(VENV) (once) …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $@

demo: $(VENV)/.run  ## Watch one incident become a published postmortem (TRANSCRIPT=FILE: from your own Slack export)
	@$(BIN)/postmortem demo $(if $(TRANSCRIPT),--transcript "$(TRANSCRIPT)")

play: $(VENV)/.run  ## Try the whole bot in your browser, on a local Slack (PORT=8088, OPEN=1: open the page)
	@$(BIN)/postmortem sandbox --play $(if $(PORT),--port $(PORT)) $(if $(OPEN),--open)

test: $(VENV)/.dev  ## Every test, on SQLite and on a real PostgreSQL
	@$(BIN)/python -m pytest -n auto --dist loadfile

check: $(VENV)/.dev  ## What CI runs: format, lint, types, import table, tests, a short crash sweep
	@$(BIN)/ruff format --check $(SOURCES)
	@$(BIN)/ruff check $(SOURCES)
	@$(BIN)/mypy
	@$(MAKE) --no-print-directory test
	@$(MAKE) --no-print-directory chaos QUICK=1

format: $(VENV)/.dev  ## Format and mend what the linter can
	@$(BIN)/ruff format $(SOURCES)
	@$(BIN)/ruff check --fix $(SOURCES)

browser: $(VENV)/.dev  ## A headless browser for tests/face, if this machine has none
	@$(BIN)/python -m tests.face

bench: $(VENV)/.dev  ## Measure: each figure against its baseline in the same run
	@$(BIN)/python -m tests.bench

chaos: $(VENV)/.dev  ## Kill the bot at every commit and request of an incident; nothing may be lost (QUICK=1: a sample)
	@$(BIN)/python -m tests.chaos $(if $(QUICK),--quick)

clean:  ## Remove what was installed and what a demo left behind
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache demo-output play-output bench.json
