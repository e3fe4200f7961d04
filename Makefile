# make run | test | check | bench | lock | clean. Needs Python 3.11 or newer and nothing else.
PORT ?= 8311
CITY ?= departments/city_packs/baltimore
REQUESTS ?= 30000
WORKERS ?= 2
# The first Python that is new enough; PYTHON=/path/to/python3 chooses another.
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11 python; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
VENV ?= .venv
PY := $(VENV)/bin/python
PIP_INSTALL := $(PY) -m pip install --quiet --disable-pip-version-check --no-input --require-hashes
# Database, photos and tiles of each city are kept apart by the slug in its pack.
CITY_SLUG = $(shell sed -n 's/^slug *= *"\([a-z0-9-]*\)".*/\1/p' $(CITY)/city.toml)

export PYTHONUNBUFFERED := 1

.PHONY: run test check bench lock clean
.DEFAULT_GOAL := run

run: $(VENV)/.runtime
	@CIVIC311_PROFILE=demo CIVIC311_CITY=$(CITY_SLUG) exec $(PY) manage.py run_demo \
		--port $(PORT) --city $(CITY) --requests $(REQUESTS)

test: $(VENV)/.dev
	@.ci/install-chromium
	CIVIC311_PROFILE=test $(PY) -m pytest -n $(WORKERS) --dist loadfile $(ARGS)

check: export CIVIC311_PROFILE = test
check: $(VENV)/.dev
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy .
	$(VENV)/bin/lint-imports
	$(PY) manage.py texts compile
	$(PY) manage.py texts check
	$(PY) manage.py makemigrations --check --dry-run
	deploy/production-check $(PY) manage.py check --deploy --fail-level WARNING
	$(VENV)/bin/djade --check --target-version 5.2 $$(find templates -name '*.html')
	$(PY) manage.py check_files
	$(VENV)/bin/hadolint Dockerfile

bench: $(VENV)/.dev
	@status=0; $(PY) -m tests.benchmarks $(ARGS) || status=1; \
	$(PY) -m tests.benchmarks.history $(HISTORY_ARGS) || status=1; exit $$status

# Hashes, all platforms, no index addresses. Needs uv on the path.
lock:
	uv pip compile pyproject.toml --universal --generate-hashes --no-header --quiet $(ARGS) -o requirements.lock
	uv pip compile pyproject.toml --universal --generate-hashes --no-header --quiet --group dev $(ARGS) \
		-o requirements-dev.lock

clean:
	@if [ -x $(PY) ] && [ -d var ]; then for profile in demo test; do \
		CIVIC311_PROFILE=$$profile $(PY) manage.py postgres remove || true; done; fi
	rm -rf var .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache .coverage

$(PY):
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer was not found; name one: make PYTHON=/path/to/python3" >&2; exit 1; }
	@echo "Creating the virtual environment in $(VENV) …"
	@$(PYTHON) -m venv $(VENV) || { echo "On Debian or Ubuntu: apt-get install python3-venv" >&2; rm -rf $(VENV); exit 1; }

# A stamp is newer than the lock file it was installed from: the second start installs nothing.
$(VENV)/.runtime: requirements.lock | $(PY)
	@echo "Installing packages …"
	@$(PIP_INSTALL) -r $<
	@touch $@

$(VENV)/.dev: requirements-dev.lock | $(PY)
	@echo "Installing packages for development …"
	@$(PIP_INSTALL) -r $<
	@touch $@ $(VENV)/.runtime
