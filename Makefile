# Everything runs from here; `make` alone lists what there is.
PYTHON ?= python3
PORT ?= 8000
VENV := .venv
BIN := $(VENV)/bin
RUN := exec env CW_MODE=demo SITE_URL=http://127.0.0.1:$(PORT) $(BIN)/python

.DEFAULT_GOAL := help
.PHONY: help setup demo test lint format bench lock clean

help: ## List the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /	/' | expand -t 12

setup: $(VENV)/.ready ## Install what the lock file names into .venv

$(VENV)/.ready: requirements-dev.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "CompetencyWorks needs Python 3.11 or newer (set PYTHON=)."; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@

demo: setup ## The whole site with demo content on this machine (PORT=8000)
	@$(RUN) manage.py demo --port $(PORT)

test: setup ## The whole test suite (TESTS= for a part of it)
	$(BIN)/python -m pytest -n auto --dist worksteal $(TESTS)

lint: setup ## Style, layout of templates, missing migrations, checks for deployment
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/djlint --lint --quiet templates
	CW_MODE=test $(BIN)/python manage.py makemigrations --check --dry-run
	CW_MODE=production SECRET_KEY=$$($(BIN)/python -c 'import secrets; print(secrets.token_urlsafe(50))') SITE_URL=https://www.example.org DATABASE_URL=postgresql://lint:lint@localhost/lint EMAIL_URL=smtp://localhost HSTS_INCLUDE_SUBDOMAINS=1 HSTS_PRELOAD=1 $(BIN)/python manage.py check --deploy --fail-level WARNING

format: setup ## Put the code into its form
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: setup ## Measure the pages against a bare Django view; prints a table
	$(BIN)/python -m benchmarks

lock: ## Renew the lock files from pyproject.toml (needs uv)
	uv pip compile --quiet --universal --generate-hashes --no-header --no-emit-index-url --upgrade -o requirements.txt pyproject.toml
	uv pip compile --quiet --universal --generate-hashes --no-header --no-emit-index-url --upgrade --extra dev -o requirements-dev.txt pyproject.toml

clean: ## Remove the virtual environment and the demo's data
	rm -rf $(VENV) var
