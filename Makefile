# What the README and .ci/run call. Needs make, git and Python 3.11 or newer; all else is set up
# in .venv, again only when pyproject.toml or constraints.txt change.
#   PYTHON=/path/to/python   the Python to build .venv with, if not the newest one found
#   ARGS='...'               further arguments of demo, test, crawl, bench, fuzz and stress

VENV ?= .venv
PYTHON ?=
PYTHONS = python3.14 python3.13 python3.12 python3.11 python3
DB ?= data/archive.db
BIN = $(VENV)/bin
# As modules: a console script knows its Python by a path that a moved checkout breaks.
NEWSARCHIVE = $(BIN)/python -m newsarchive
LOG = $(VENV)/setup.log
OFFLINE = ConnectionError|ConnectTimeout|ReadTimeout|ProxyError|SSLError|name resolution|Connection (broken|refused)|No matching distribution

.DEFAULT_GOAL := help
.PHONY: help demo test check crawl serve bench fuzz stress audit clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' Makefile

demo: $(VENV)/.use ## crawl a small local portal for real into data/demo.db (start here)
	@$(NEWSARCHIVE) demo $(ARGS)

# Tests start Python hundreds of times: what it compiles is kept, whatever the environment says.
test: $(VENV)/.dev ## all tests; ARGS='-k dates' for some
	@PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest -n auto --dist loadfile --no-loadscope-reorder $(ARGS)

check: $(VENV)/.dev ## ruff, mypy, and the direction of imports
	@$(BIN)/python -m ruff check .
	@$(BIN)/python -m ruff format --check .
	@$(BIN)/python -m mypy
	@$(BIN)/python -m pytest tests/test_imports.py

crawl: $(VENV)/.use ## crawl one registered site: make crawl SITE=daklak ARGS='--limit 20'
	@if [ -z "$(SITE)" ]; then echo "which site? make crawl SITE=daklak" >&2; exit 2; fi
	@$(NEWSARCHIVE) crawl $(SITE) --db $(DB) $(ARGS)

serve: $(VENV)/.use ## look at the archive in the browser; DB=data/demo.db for the demo's
	@$(NEWSARCHIVE) serve --db $(DB) $(ARGS)

bench: $(VENV)/.bench ## the figures of docs/benchmarks.md, measured here
	@for script in benchmarks/[a-z]*.py; do $(BIN)/python $$script $(ARGS) || exit 1; done

fuzz: $(VENV)/.fuzz ## attack what reads from others, guided by coverage; ARGS='--minutes 60'
	@PYTHONPATH=tests $(BIN)/python -m fuzz $(ARGS)

stress: $(VENV)/.dev ## a broken and hostile world, on this machine; ARGS='--part network' for some
	@PYTHONPATH=tests $(BIN)/python -m stress $(ARGS)

audit: $(VENV)/.audit ## the pinned dependencies against known vulnerabilities; ARGS=--licences
	@$(BIN)/python tests/audit.py $(ARGS)

clean: ## remove .venv, .venv-* and caches; archives in data/ stay
	rm -rf $(VENV) .venv-peers .venv-pywb .venv-wacz .venv-replay .mypy_cache .ruff_cache .pytest_cache .hypothesis .fuzz build dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/.use: pyproject.toml constraints.txt
	@$(call setup,all)
	@touch $@

$(VENV)/.dev: pyproject.toml constraints.txt
	@$(call setup,dev)
	@touch $(VENV)/.use $@

$(VENV)/.bench: pyproject.toml constraints.txt
	@$(call setup,all$(comma)bench)
	@touch $(VENV)/.use $@

$(VENV)/.audit: pyproject.toml constraints.txt
	@$(call setup,dev$(comma)audit)
	@touch $(VENV)/.use $(VENV)/.dev $@

$(VENV)/.fuzz: pyproject.toml constraints.txt
	@$(call setup,dev$(comma)fuzz)
	@touch $(VENV)/.use $(VENV)/.dev $@

comma := ,

# Build .venv, or build it anew where it does not work, and install the project with extras $(1).
# Whatever is missing is one line on stderr. A Python is tried by running it: a shim on the PATH
# may stand for a version that is not installed.
define setup
say() { echo "newsarchive: $$*" >&2; exit 1; }; \
runs() { "$$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; }; \
if ! { runs $(BIN)/python && $(BIN)/python -m pip --version >/dev/null 2>&1; }; then \
  python=; \
  for name in $(if $(PYTHON),"$(PYTHON)",$(PYTHONS)); do \
    if runs "$$name"; then python=$$name; break; fi; \
  done; \
  [ -n "$$python" ] || say "Python 3.11 or newer is needed and $(if $(PYTHON),PYTHON=$(PYTHON) is none,was not found): install it (e.g. 'apt-get install python3 python3-venv') or name one with make PYTHON=/path/to/python3"; \
  version=$$("$$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])'); \
  "$$python" -c 'import venv, ensurepip' >/dev/null 2>&1 || say "$$python has no venv module: install it (e.g. 'apt-get install python3-venv', or python$$version-venv)"; \
  echo "Setting up $(VENV) with Python $$version"; \
  rm -rf "$(VENV)"; \
  error=$$("$$python" -m venv "$(VENV)" 2>&1) || say "$$python cannot make $(VENV): $$(echo "$$error" | tail -n 1)"; \
fi; \
echo "Installing the pinned dependencies (log: $(LOG))"; \
if ! $(BIN)/python -m pip --disable-pip-version-check install -c constraints.txt -e '.[$(1)]' >$(LOG) 2>&1; then \
  if grep -qE "$(OFFLINE)" $(LOG); then \
    say "pip cannot fetch the dependencies: check the network or proxy (details in $(LOG))"; \
  fi; \
  reason=$$(grep -E '[A-Za-z]Error: |ERROR: ' $(LOG) | tail -n 1 | sed 's/^ *//'); \
  say "pip cannot install the dependencies: $$reason (details in $(LOG))"; \
fi
endef
