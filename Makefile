# Everything here needs Python 3.11 or later, and nothing else: what is used lives in .venv, at the locked versions.

SHELL := /bin/sh
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help setup demo test disks check format torture bench bench-quick lock clean

# Another Python: make setup PYTHON=/path/to/python3
PYTHON ?=
PIP := -m pip --disable-pip-version-check --quiet
WORKERS ?= 2
# What Python compiled once is kept, even where somebody's environment says otherwise: the tests start hundreds of processes.
export PYTHONDONTWRITEBYTECODE :=

help:  ## this list
	@sed -n 's/^\([a-z-]*\):.*  ## \(.*\)/  make \1|\2/p' $(MAKEFILE_LIST) | awk -F'|' '{ printf "%-20s %s\n", $$1, $$2 }'

setup: .venv/.ready  ## create .venv with everything at the locked versions (about a minute, once)

demo: setup  ## a whole made-up district to look at, in the folder demo/
	.venv/bin/jieti demo

test: check  ## check, then every test but the torture ones
	.venv/bin/python -m pytest -n $(WORKERS) --dist loadfile

disks: setup  ## as root: power that fails, disks that fill up; on small disks of its own
	unshare --mount .venv/bin/python -m pytest -m "root and not torture"

check: setup  ## format, lint, types, and the floors of the house
	.venv/bin/python -m ruff format --check .
	.venv/bin/python -m ruff check .
	.venv/bin/python -m mypy
	.venv/bin/python -m pytest tests/test_house.py

format: setup  ## mend what `check` can mend by itself
	.venv/bin/python -m ruff check --fix-only .
	.venv/bin/python -m ruff format .

torture: setup  ## kill, break, forge and fuzz it; writes docs/reliability.md (ONLY=kills: that part)
	.venv/bin/python -m tests.reliability $(ONLY) --workers $(WORKERS)

bench: setup .venv-bench/.ready  ## measure us against others, at full size
	.venv/bin/python -m benchmarks

bench-quick: setup .venv-bench/.ready  ## the same, small
	.venv/bin/python -m benchmarks --quick

lock: .venv-lock/.ready  ## compile constraints.txt again (UPGRADE=1: to the newest versions that fit)
	.venv-lock/bin/uv pip compile pyproject.toml --all-extras --universal --quiet \
	    --fork-strategy fewest --no-annotate --strip-extras --custom-compile-command "make lock" \
	    $(if $(UPGRADE),--upgrade) --output-file constraints.txt

clean:  ## remove everything that make and the tools made
	rm -rf .venv .venv-bench .venv-lock demo benchmarks/cache dist build .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# $(call environment,FOLDER): an empty environment of the first Python that is good enough and can make one.
# A folder whose Python no longer runs (moved, upgraded away) is made anew.
define environment
if ! $(1)/bin/python -c '' 2>/dev/null; then \
  for python in $(if $(PYTHON),"$(PYTHON)",python3.13 python3.12 python3.11 python3 python) ""; do \
    if [ -z "$$python" ]; then \
      echo '需要 Python 3.11 或更高版本（含 venv 模块）。可用 make PYTHON=/路径/python3 指定。' >&2; \
      echo 'Python 3.11 or later, with its venv module, is needed. To name one: make PYTHON=/path/to/python3' >&2; \
      exit 1; \
    fi; \
    if "$$python" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then break; fi; \
  done; \
  "$$python" -m venv --clear $(1); \
fi
endef

.venv/.ready: pyproject.toml constraints.txt
	@$(call environment,.venv)
	@echo '正在安装依赖，约一分钟 … installing what jieti needs, about a minute'
	@.venv/bin/python $(PIP) install --constraint constraints.txt hatchling
	@.venv/bin/python $(PIP) install --constraint constraints.txt --no-build-isolation --editable '.[dev]'
	@touch $@

.venv-bench/.ready: benchmarks/requirements.txt
	@$(call environment,.venv-bench)
	@.venv-bench/bin/python $(PIP) install --requirement benchmarks/requirements.txt
	@touch $@

.venv-lock/.ready:
	@$(call environment,.venv-lock)
	@.venv-lock/bin/python $(PIP) install 'uv>=0.9'
	@touch $@
