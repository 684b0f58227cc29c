# `make demo` and `make test` set everything up first; both are safe to run again.
.PHONY: acceptance bench-cli bench-gates bench-contract fuzz bench-bounded setup quick test demo property histories bench-tokens bench-waiting bench-sandbox real-projects lock clean escapes escapes-table images forgeries forgeries-table attacks attacks-table injections injections-table red-corpus strangers served
.DEFAULT_GOAL := demo

bin := .venv/bin

setup:
	@deploy/setup.sh

demo: setup
	@$(bin)/aurora demo $(if $(LIVE),--live)

# No Docker, no server, no runner: a minute, for every change.
quick:
	@deploy/setup.sh python
	$(bin)/ruff check .
	$(bin)/ruff format --check .
	$(bin)/pytest -n 2 tests/unit

test: setup
	$(bin)/ruff check .
	$(bin)/ruff format --check .
	$(bin)/mypy
	$(bin)/pytest -n 3

# Slow: 2,000 random sequences of everything that may be said to a task; 1,000 turns in one step.
property: setup
	AURORA_SEQUENCES=2000 AURORA_TURNS=1000 $(bin)/pytest --hypothesis-show-statistics \
	  tests/real/workflows/test_steering.py tests/real/workflows/test_history_bytes.py

# Slow: three kept tasks from start to end and a report, acceptance.md. `make acceptance LIVE=1 DOLLARS=5` with
# ANTHROPIC_API_KEY asks the model; else every reply is scripted.
DOLLARS ?= 5
acceptance: setup
	$(bin)/python -m benchmarks.acceptance $(if $(LIVE),--live --dollars $(DOLLARS))

# Keep today's histories of every shape for replays: before a version is released only.
histories: setup
	AURORA_KEEP_HISTORIES=1 $(bin)/pytest tests/real/workflows/test_kept_histories.py -k today

# Slow: what it costs to wait, with N tasks at a question.
N ?= 10000
bench-waiting: setup
	$(bin)/python -m benchmarks.waiting --tasks $(N)

# Slow: turns and tokens by step of the kept scenarios, every reply scripted. One alone: make bench-tokens ONLY=demo
bench-tokens: setup
	$(bin)/python -m benchmarks.tokens $(if $(ONLY),--only $(ONLY))

# Slow: a real image from every form of manifest and lock, and the project's tests in it; Node's workspaces, native code.
images: setup
	AURORA_IMAGES=1 $(bin)/pytest tests/real/drivers/images tests/real/toolchains \
	  tests/real/activities/test_broken_baselines.py

# Slow: tiny repositories in the shape of those that strangers bring, each detected, installed and its tests run.
strangers: setup
	AURORA_STRANGERS=all $(bin)/pytest tests/real/survey/test_strangers.py

# Faults seeded by others: what the gates find, and what they take for a fault. `LANGUAGE=node` for the other language.
LANGUAGE ?= python
bench-gates:
	@deploy/setup.sh python
	$(bin)/python -m benchmarks.seeded_faults $(LANGUAGE)

# Slow: applications of others, served and held to their documents, and the breaches seeded into them. SERVICES: a folder
# of kits, see benchmarks/service_kits.py. One alone: .venv/bin/python -m benchmarks.contract_over_services SERVICES --only NAME
bench-contract: setup
	$(bin)/python -m benchmarks.contract_over_services $(SERVICES)

# Slow: what the sandbox costs beside the tools it holds.
bench-sandbox: setup
	$(bin)/python -m benchmarks.sandbox

# Slow, an hour: backends maintained by others, their tests inside the sandbox and outside, and two scripted tasks. One alone:
# .venv/bin/python -m benchmarks.real_projects --counts-only --only NAME
real-projects: setup
	$(bin)/python -m benchmarks.real_projects

# Every attempt to get out of a sandbox, some minutes; `make test` plays a share of each group. Another engine or
# runtime is tried by a worker's own variables: `AURORA_RUNTIME=crun make escapes`, `DOCKER_HOST=unix://… make escapes`.
escapes: setup
	AURORA_ESCAPES=all $(bin)/pytest tests/attacks/escapes

escapes-table: setup
	$(bin)/python -m tests.attacks.escapes.table

# Slow: every application that turns against whoever serves and drives it, every case of an exercised service, statements
# counted in each framework, a service built part by part; `make test` plays a share.
served: setup
	AURORA_SERVED=all $(bin)/pytest tests/attacks/served tests/real/drivers/sandbox/test_exercise.py \
		tests/real/drivers/sandbox/test_contract_driver.py tests/real/drivers/sandbox/test_watched.py \
		tests/real/drivers/sandbox/test_graphql_service.py tests/real/activities/test_exercise_contract.py \
		tests/real/end_to_end/test_whole_service.py


# Red tests of Django, Flask, FastAPI, SQLAlchemy and others, each with the reason that it must be given: run anew and,
# with RECORD=1, written down for tests/unit/toolchains/runs/test_red_readings.py.
red-corpus: setup
	rm -rf .red-corpus && $(bin)/uv venv -q .red-corpus
	$(bin)/uv pip install -q --python .red-corpus/bin/python pytest pytest-asyncio pytest-django django \
		djangorestframework django-ninja django-configurations django-environ factory-boy marshmallow flask \
		flask-sqlalchemy flask-migrate psycopg2-binary fastapi httpx httpx2 pydantic-settings sqlalchemy[asyncio] sqlmodel \
		aiosqlite alembic peewee litestar aiohttp starlette
	npm install --no-audit --no-fund --no-save --prefix .red-corpus \
		$$($(bin)/python -c 'from tests.support.red_corpus.node_frameworks import PACKAGES; print(*PACKAGES)')
	$(if $(RECORD),$(bin)/python -m tests.support.red_corpus.record $(CURDIR)/.red-corpus/bin/python \
		$(CURDIR)/.red-corpus/node_modules)
	AURORA_CORPUS_PYTHON=$(CURDIR)/.red-corpus/bin/python AURORA_CORPUS_MODULES=$(CURDIR)/.red-corpus/node_modules \
		$(bin)/pytest tests/real/toolchains/runs/test_red_corpus.py tests/real/toolchains/python/test_import_check*.py \
		tests/real/toolchains/python/test_migrations.py

# Every known way to forge a green run, before the real judge; the default suite plays a fifth of them.
forgeries: setup
	AURORA_FORGERIES=all $(bin)/pytest tests/attacks/forgeries

forgeries-table: setup
	$(bin)/python -m tests.attacks.forgeries.table

# Whole tasks with a hijacked model, its replies scripted; `make test` plays four of them.
attacks: setup
	AURORA_ATTACKS=all $(bin)/pytest tests/attacks/tasks tests/real/activities/test_contradictions.py

attacks-table: setup
	$(bin)/python -m tests.attacks.tasks.table

# Text that tries to instruct a model: each lure as it is shown, and each act it asks for as a whole task, done by a
# model that obeys; `make test` shows all and plays one.
injections: setup
	AURORA_INJECTIONS=all $(bin)/pytest tests/attacks/injections

injections-table: setup
	$(bin)/python -m tests.attacks.injections.table

# Slow: texts and tool inputs of any shape. FUZZ_FILES=folder mutates real manifests, locks and contracts, too.
AURORA_FUZZ ?= 2000
fuzz: setup
	AURORA_FUZZ=$(AURORA_FUZZ) FUZZ_FILES=$(FUZZ_FILES) $(bin)/pytest --timeout 3600 \
	  tests/unit/bounded/test_fuzzed_texts.py tests/unit/tools/test_fuzzed_calls.py

# What a command costs before it does anything, beside Python and Temporal's client.
ROUNDS ?= 7
bench-cli: setup
	$(bin)/python -m benchmarks.cli --rounds $(ROUNDS)

# What it costs to read text in a child. FILES: contract documents to read as well.
bench-bounded: setup
	$(bin)/python -m benchmarks.bounded $(FILES)

# Hashes only, no addresses: the file serves behind any mirror. uv, hatchling and editables are what setup itself needs.
lock:
	printf 'uv\nhatchling\neditables\n' | $(bin)/uv pip compile - pyproject.toml --group pyproject.toml:dev \
	  --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate --quiet \
	  --output-file requirements.lock
	echo 'schemathesis==4.32.5' | $(bin)/uv pip compile - \
	  --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate --quiet \
	  --output-file aurora/drivers/images/contract_requirements.txt

# What was made here; state folders, images and the Docker engine stay.
clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis build dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
