# Everything starts from Python 3.11 or newer with its venv module; nothing else has to be installed.
PYTHON ?= python3
BIN := .venv/bin
INSTALLED := .venv/installed

.PHONY: solutions serve test check format fuzz benchmark clean

## Cross-check every claim of every problem; write the worked solutions to docs/solutions, build/site, build/pdf and
## build/notebooks.
solutions: $(INSTALLED)
	$(BIN)/verify docs --format markdown,site,pdf,notebook

## Serve the site on this machine; its pages check answers.
serve: $(INSTALLED)
	$(BIN)/verify serve

## Run the tests.
test: $(INSTALLED)
	$(BIN)/pytest -n auto

## Run the tests and everything else that must hold before a change is pushed.
check: $(INSTALLED)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/pytest -n auto

## Look for a false verdict or a text that crashes the reader, for about ten minutes.
fuzz: $(INSTALLED)
	FUZZ_PAIRS=40000 HYPOTHESIS_PROFILE=thorough $(BIN)/pytest -n auto tests/equality/test_soundness.py tests/notation

## Compare with other systems, in an environment of their own; the tables go to benchmarks/README.md.
benchmark: .venv-benchmark/installed
	.venv-benchmark/bin/python benchmarks/compare.py --write

.venv-benchmark/installed: benchmarks/requirements.txt
	$(PYTHON) -m venv .venv-benchmark
	.venv-benchmark/bin/python -m pip install --quiet --disable-pip-version-check --requirement benchmarks/requirements.txt
	.venv-benchmark/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	touch .venv-benchmark/installed

## Format the code and mend what the linter can mend.
format: $(INSTALLED)
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

$(INSTALLED): pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	touch $(INSTALLED)

clean:
	rm -rf .venv .venv-benchmark build dist .hypothesis .mypy_cache .pytest_cache .ruff_cache
