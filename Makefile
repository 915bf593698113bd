# make run, make test, make check, make bench: the habits; `make help` lists the rest.
# make shows each command's errors; nothing here needs more than Python 3.11+ and make.

PYTHON ?= python3
PORT ?= 8000
BIN := .venv/bin
FLASK := $(BIN)/flask --app app

.PHONY: run dev test check content links glossary catalogs bench faults audit lock help
.DEFAULT_GOAL := help

help: ## list these commands
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

run: .venv/run ## serve as in production on http://127.0.0.1:$(PORT)
	@exec $(BIN)/python -u -m microsite.delivery.server --port $(PORT)

dev: .venv/run ## serve with debugging; a changed stylesheet, template, text or Python file shows by itself
	@exec env MICROSITE_PSEUDO=1 MICROSITE_BASE_URL=http://127.0.0.1:$(PORT) $(BIN)/watchfiles --filter python --sigint-timeout 2 \
	  '$(BIN)/flask --app app:create_served_app run --debug --no-reload --port $(PORT)' app.py microsite

# Half as many again as there are cores: two fifths of the time tests wait, for browsers, servers and limits of time.
test: .venv/dev ## every test that this machine's programs allow
	@$(BIN)/pytest -n $$($(BIN)/python -c 'import os; print(os.cpu_count() * 3 // 2)') --dist loadscope --no-loadscope-reorder

check: .venv/dev ## lint, types, templates, content, catalogs, promises that need no browser; count the lines of code
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/djlint --check --lint site/templates
	@$(FLASK) content check
	@$(FLASK) catalogs check
	@$(FLASK) verify --no-browser
	@$(BIN)/python -m tests.code_lines

content: .venv/run ## name every fault in articles, pages, promotions and site.toml
	@$(FLASK) content check

links: .venv/run ## ask from this machine whether the addresses that texts name still answer
	@$(FLASK) content links

glossary: .venv/run ## write the terms of site/glossary.toml into the translators' guides
	@$(FLASK) content glossary

bench: .venv/dev ## measure against nginx and Hugo, write docs/performance.md (Linux, two cores, ten minutes)
	@$(BIN)/python -m bench $(BENCH)

faults: .venv/dev ## kill, cut, fill up and slow down the site while people edit and read, write docs/reliability.md (FAULT=kill TIMES=5 MINUTES=2)
	@$(BIN)/python -m tests.faults $(FAULT:%=--fault %) $(TIMES:%=--times %) $(MINUTES:%=--minutes %)

audit: .cache/audit/done ## ask whether weaknesses of our packages are known, write .cache/sbom.cdx.json (needs pypi.org)
	@.cache/audit/bin/python -m tests.audit

catalogs: .venv/dev ## take new messages into the catalogs
	@$(FLASK) catalogs extract && $(FLASK) catalogs update

lock: .venv/dev ## resolve the dependencies again, with hashes
	@$(BIN)/uv pip compile --quiet --upgrade --universal --generate-hashes --python-version 3.11 pyproject.toml -o requirements/run.txt
	@$(BIN)/uv pip compile --quiet --universal --generate-hashes --python-version 3.11 --group dev -c requirements/run.txt pyproject.toml -o requirements/dev.txt
	@$(BIN)/uv pip compile --quiet --upgrade --universal --generate-hashes --python-version 3.11 --group audit -o requirements/audit.txt
	@$(BIN)/uv pip compile --quiet --universal --generate-hashes --python-version 3.11 --group verify -c requirements/dev.txt pyproject.toml -o requirements/verify.txt

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Planet Privacy needs Python 3.11 or newer; run make PYTHON=python3.11")'
	$(PYTHON) -m venv .venv

.venv/run: requirements/run.txt | .venv/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r $<
	@touch $@

.venv/dev: requirements/dev.txt | .venv/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r $<
	@touch $@ .venv/run

# An environment of its own: its tools want other versions than the site.
.cache/audit/done: requirements/audit.txt | .venv/bin/python
	$(PYTHON) -m venv .cache/audit
	.cache/audit/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r $<
	@touch $@
