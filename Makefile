# Everything a developer does, one word each. `make help` lists it.

MAKEFLAGS += --no-print-directory
.DEFAULT_GOAL := help
.PHONY: help venv run test check static format format-check lint types imports migrations \
	migrations-check bench schema messages lock shell manage clean

PYTHON_BIN := .venv/bin/python
LOCAL := $(PYTHON_BIN) -m crisisapi.local
# mypy and import-linter read the settings but open no connection.
SETTINGS := SECRET_KEY=unused DATABASE_URL=postgresql:///unused REDIS_URL=redis://localhost
COMPILE = $(PYTHON_BIN) -m uv --quiet pip compile --universal --python-version 3.11 \
	--generate-hashes --no-emit-index-url --no-annotate --no-header --upgrade
# uv reads its own settings only; the index that pip is set to counts too.
PIP_INDEX = $(shell $(PYTHON_BIN) -m pip config get global.index-url 2>/dev/null)

help: ## List what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-17s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

venv: ## Install what requirements-dev.lock names into .venv
	@.ci/venv

run: venv ## Run the whole service with an example crisis (PORT=8000 DEMO_SECONDS=50)
	@$(LOCAL) run

test: venv ## Run the tests (ARGS="-k word" is passed to pytest)
	@$(LOCAL) exec --name test -- $(PYTHON_BIN) -m pytest -n auto --dist worksteal $(ARGS)

check: static test ## Everything that CI checks

static: format-check lint types imports migrations-check ## Every check but the tests

format: venv ## Format the code and repair what ruff can repair
	@$(PYTHON_BIN) -m ruff check --fix-only --quiet .
	@$(PYTHON_BIN) -m ruff format .

format-check: venv
	@$(PYTHON_BIN) -m ruff format --check .

lint: venv ## Look for mistakes with ruff
	@$(PYTHON_BIN) -m ruff check .

types: venv ## Check the types with mypy
	@$(SETTINGS) $(PYTHON_BIN) -m mypy

imports: venv ## Check that imports point one way
	@$(SETTINGS) .venv/bin/lint-imports --no-logo

migrations: venv ## Write migrations for changed models (ARGS="incidents --name what_changed")
	@$(LOCAL) exec --name checks -- $(PYTHON_BIN) manage.py makemigrations $(ARGS)

migrations-check: venv
	@$(LOCAL) exec --name checks -- $(PYTHON_BIN) manage.py makemigrations --check --dry-run

schema: venv ## Write docs/openapi.yaml from the code
	@$(SETTINGS) $(PYTHON_BIN) manage.py spectacular --validate --fail-on-warn --file docs/openapi.yaml

messages: venv ## Renew the Hebrew translations and say what is not translated
	@$(SETTINGS) $(PYTHON_BIN) -m crisisapi.local.translations

bench: venv ## Measure (ARGS="ingest", "effect --data DIR", "incidents", "metrics", "push_to_alert", "push_to_metrics", "queries", "reading", "reads", "text", "transformer", "real_posts --data DIR")
	@$(PYTHON_BIN) -m benchmarks $(ARGS)

lock: venv ## Renew the lock files (requirements*.lock) from pyproject.toml
	@$(if $(PIP_INDEX),UV_DEFAULT_INDEX="$(PIP_INDEX)") $(COMPILE) pyproject.toml -o requirements.lock >/dev/null
	@$(if $(PIP_INDEX),UV_DEFAULT_INDEX="$(PIP_INDEX)") $(COMPILE) --extra dev pyproject.toml -o requirements-dev.lock >/dev/null
	@$(if $(PIP_INDEX),UV_DEFAULT_INDEX="$(PIP_INDEX)") $(COMPILE) --extra transformer pyproject.toml -o requirements-transformer.lock >/dev/null
	@! grep -n '://' requirements*.lock

shell: venv ## Open a Python shell on the data of `make run`
	@$(LOCAL) exec --name run -- $(PYTHON_BIN) manage.py shell

manage: venv ## Run a management command on the data of `make run` (ARGS="changepassword NAME")
	@$(LOCAL) exec --name run -- $(PYTHON_BIN) manage.py $(ARGS)

clean: ## Remove .venv and .local with all data
	@rm -rf .venv .local
