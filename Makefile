# Everything starts from Python 3.11 or newer with its venv module; nothing else has to be installed.
PYTHON ?= python3
BIN := .venv/bin
INSTALLED := .venv/installed

.PHONY: solutions test check format fuzz clean

## Cross-check every claim of every problem and write the worked solutions to docs/solutions.
solutions: $(INSTALLED)
	$(BIN)/verify docs

## Run the tests.
test: $(INSTALLED)
	$(BIN)/pytest -n auto

## Run the tests and everything else that must hold before a change is pushed.
check: $(INSTALLED)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/pytest -n auto

## Format the code and mend what the linter can mend.
format: $(INSTALLED)
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

$(INSTALLED): pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	touch $(INSTALLED)

clean:
	rm -rf .venv build dist .hypothesis .mypy_cache .pytest_cache .ruff_cache
