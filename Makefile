# The two commands of a newcomer are `make run` and `make test`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
WEEK ?= 2026-W47
KILLS ?= 200
SEED ?= 1

.PHONY: run test cover test-all lint lock seed clean bench crash messages

run: $(VENV)/.run ## this week's newsletter from feeds.yaml, as a file
	$(BIN)/python run_pipeline.py run --week $(WEEK)

test: $(VENV)/.test ## the whole suite
	@sh .ci/system-packages
	$(BIN)/python -m pytest -n auto --dist loadfile --no-loadscope-reorder $(PYTEST)

cover: ## the whole suite with branch coverage, which takes half as long again; below 90 % it fails
	$(MAKE) test PYTEST="--cov --cov-report=term"

test-all: ## the suite on every supported interpreter that is found
	@for version in 3.11 3.12 3.13 3.14; do \
	  if command -v python$$version >/dev/null; then \
	    $(MAKE) test VENV=.venv-$$version PYTHON=python$$version || exit 1; \
	  else echo "python$$version: not found, left out"; fi; \
	done

lint: $(VENV)/.test ## ruff, mypy, import contracts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

seed: $(VENV)/.run ## the whole pipeline on the newspaper article in ../shared/seed
	$(BIN)/python run_pipeline.py --config tests/data/seed/feeds.yaml --data-dir var/seed run

lock: ## make the lock files anew (needs uv)
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate -q pyproject.toml -o requirements.lock
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate -q pyproject.toml --group dev --extra fast --extra robots --extra anymail --extra pdf -o tests/requirements.lock

clean:
	rm -rf $(VENV) .venv-3.*

$(VENV)/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or later is needed; name one: make run PYTHON=python3.12")'
	$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); exit 1; }

$(VENV)/.run: requirements.lock | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
	@touch $@

$(VENV)/.test: tests/requirements.lock requirements.lock | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r tests/requirements.lock
	@touch $@ $(VENV)/.run

crash: $(VENV)/.test ## kill -9 the sender and the relay KILLS times on each database; a table
	$(BIN)/python -m tests.crash.harness --kills $(KILLS) --seed $(SEED)

.venv-bench/.peers: pyproject.toml
	$(PYTHON) -m venv .venv-bench
	$(PYTHON) -c "import tomllib; print(*tomllib.load(open('pyproject.toml', 'rb'))['dependency-groups']['bench'], sep='\n')" > .venv-bench/peers.txt
	.venv-bench/bin/python -m pip install --quiet --disable-pip-version-check -r .venv-bench/peers.txt
	@touch $@

bench: $(VENV)/.test ## figures beside their peers
	@$(MAKE) .venv-bench/.peers || echo "the peers of bench_collect.py cannot be had; it goes on without them"
	$(BIN)/python bench/bench_collect.py
	PYTHONPATH=. $(BIN)/python bench/bench_reprints.py
	PYTHONPATH=. $(BIN)/python bench/bench_extract.py
	PYTHONPATH=. $(BIN)/python bench/bench_learn.py
	PYTHONPATH=. $(BIN)/python bench/bench_tag.py
	PYTHONPATH=. $(BIN)/python bench/bench_tag_cases.py
	PYTHONPATH=. $(BIN)/python bench/bench_assemble.py
	PYTHONPATH=. $(BIN)/python bench/bench_proof.py
	PYTHONPATH=. $(BIN)/python bench/bench_proof_cases.py
	$(BIN)/python bench/bench_desk.py
	$(BIN)/python bench/bench_subscribers.py
	PYTHONPATH=. $(BIN)/python bench/bench_deliver.py

messages: $(VENV)/.test ## collect the desk's texts into the template of its catalogue
	$(BIN)/pybabel -q extract --ignore-dirs ".*" -F pipeline/desk/locale/babel.cfg --no-default-keywords -k _ -k gettext -k gettext_lazy -k _lazy -k _noop \
	  -k RefusedError -k UsageError -k NotFoundError -k StaleEditError --no-location --sort-output --omit-header \
	  -o pipeline/desk/locale/django.pot .
