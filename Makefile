# `make demo` and `make test` set everything up first; both are safe to run again.
.PHONY: setup test demo real-projects lock clean
.DEFAULT_GOAL := demo

bin := .venv/bin

setup:
	@deploy/setup.sh

demo: setup
	@$(bin)/aurora demo $(if $(LIVE),--live)

test: setup
	$(bin)/ruff check .
	$(bin)/ruff format --check .
	$(bin)/mypy
	$(bin)/pytest

# Slow: backends maintained by others, from PyPI source distributions; prints a table.
real-projects: setup
	$(bin)/python -m benchmarks.real_projects

# Hashes only, no addresses: the file serves behind any mirror. uv, hatchling and editables are what setup itself needs.
lock:
	printf 'uv\nhatchling\neditables\n' | $(bin)/uv pip compile - pyproject.toml --group pyproject.toml:dev \
	  --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate --quiet \
	  --output-file requirements.lock

# What was made here; state folders, images and the Docker engine stay.
clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis build dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
