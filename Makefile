# The commands of this house. `make` alone lists them.
.DEFAULT_GOAL := help
.PHONY: help run test check lint docs docs-check torture torture-check bench lock clean
# Where it is set, each start compiles everything anew: seconds for the daemon, minutes for the suite.
unexport PYTHONDONTWRITEBYTECODE
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet --require-hashes

help:  ## list the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# Each mark says which lock it was installed from: a second run installs nothing, a changed lock installs again.
.venv/runtime.mark: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "TweetServe needs Python 3.11 or newer; name one with make PYTHON=...")'
	@echo "Installing TweetServe into .venv (once) ..."
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(PIP) -r requirements.lock
	@$(BIN)/python -m pip --disable-pip-version-check install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

.venv/dev.mark: requirements-dev.lock .venv/runtime.mark
	@echo "Installing what the tests need (once) ..."
	@$(PIP) -r requirements-dev.lock
	@touch $@

run: .venv/runtime.mark  ## start the daemon; without keys in .env the sandbox too
	@$(BIN)/tweetserve run

# Three for two cores: some stories wait for another process.
test: .venv/dev.mark  ## run the whole suite
	@$(BIN)/python -m pytest -n 3 --dist worksteal

check: lint docs-check test torture-check  ## everything CI checks

lint: .venv/dev.mark
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

docs: .venv/dev.mark  ## write .env.example and docs/reference anew
	$(BIN)/python -m bot.cli.reference

docs-check: .venv/dev.mark
	$(BIN)/python -m bot.cli.reference --check

MINUTES ?= 1
torture: .venv/dev.mark  ## attack the daemon: MINUTES=1 SEED= SCHEDULE=fast|true|window DATABASE=sqlite|postgres DAEMONS=3 WRITE=1
	@$(BIN)/python -m tests.torture --minutes $(MINUTES) $(if $(SEED),--seed $(SEED)) $(if $(SCHEDULE),--schedule $(SCHEDULE)) \
		$(if $(DATABASE),--database $(DATABASE)) $(if $(DAEMONS),--daemons $(DAEMONS)) $(if $(WRITE),--write)

torture-check: .venv/dev.mark  ## one minute of the torture, always the same
	@$(BIN)/python -m tests.torture --minutes 1 --seed $(or $(SEED),1) --check

bench: .venv/dev.mark  ## measure, and print the tables of benchmarks/RESULTS.md
	$(BIN)/python -m benchmarks

lock: .venv/dev.mark  ## resolve the locks anew from pyproject.toml
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-header pyproject.toml --group build -o requirements.lock
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-header pyproject.toml --group build --group dev -c requirements.lock -o requirements-dev.lock

clean:  ## remove what can be made again (var/ stays)
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis build *.egg-info
