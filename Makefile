# make run    start the demo          make test   run every test
# make lint   what .ci/run checks     make fmt    format the code
# make messages   collect the texts to translate     make stylesheet   take from Tabler what the pages use
# make lock       renew the locked dependencies
# make install    what a server needs, without starting anything     make bench   how fast it is (make bench-catalogue: the search)
.DEFAULT_GOAL := run
SHELL := /bin/sh

# Python keeps what it compiled, whatever the environment says: otherwise each process compiles the program again.
export PYTHONDONTWRITEBYTECODE =

# -- the virtual environment: renewed only when a lock changed
# The system's own Python where it is new enough: it is built optimised and kept patched.
IS_FIT := import sys, ensurepip; sys.exit(sys.version_info < (3, 11))
PYTHON ?= $(or $(shell for one in /usr/bin/python3 python3; do \
  $$one -c '$(IS_FIT)' 2>/dev/null && echo $$one && break; done),python3)
BIN := .venv/bin
RUN_READY := .venv/run-ready
DEV_READY := .venv/dev-ready
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes

.venv/made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "需要 Python 3.11 或更高版本：PYTHON=python3.12 make run。 Python 3.11 or later is needed." >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || ./tools/apt.sh python3-venv
	$(PYTHON) -m venv .venv
	@touch $@

$(RUN_READY): requirements.lock pyproject.toml | .venv/made
	@echo "安装依赖 … Installing the dependencies …"
	@$(INSTALL) -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(DEV_READY): requirements-dev.lock $(RUN_READY)
	@echo "安装开发工具 … Installing the tools for tests …"
	@$(INSTALL) -r requirements-dev.lock
	@touch $@

# -- translations
PO := $(wildcard keyi/*/locale/*/LC_MESSAGES/django.po)
MO := $(PO:.po=.mo)

%.mo: %.po | $(RUN_READY)
	@$(BIN)/python -m tools.messages compile

# -- start
.PHONY: install compiled run test lint fmt messages stylesheet lock browser
install: $(RUN_READY) $(MO) compiled

# the processes of a server may read the program, not write beside it
compiled: $(RUN_READY)
	@$(BIN)/python -m compileall -q keyi

run: install
	@exec $(BIN)/keyi serve --demo

# -- tests; WORKERS: processes they are spread over, TESTS=tests/records: only some
WORKERS ?= 2
TESTS ?= tests
PYTEST := KEYI_MODE=test $(BIN)/python -m pytest
SPREAD := -n $(WORKERS) --dist loadfile --no-loadscope-reorder
# Whole programs: these tests wait more than they work, so they run beside all the others.
PROGRAMS := tests/faults tests/config/test_serve.py
.PHONY: test-programs test-others
test: $(DEV_READY) $(MO) compiled browser
ifeq ($(TESTS),tests)
	@$(MAKE) --no-print-directory -j2 test-programs test-others
else
	@$(PYTEST) $(SPREAD) $(TESTS)
endif

test-programs:
	@$(PYTEST) $(PROGRAMS)

test-others:
	@$(PYTEST) $(SPREAD) $(PROGRAMS:%=--ignore=%) tests

browser: $(DEV_READY)
	@./tools/browser.sh

# -- how fast it is: each benchmark makes a database of its own and drops it again
.PHONY: bench
bench: $(DEV_READY) $(MO)
	@for name in process progress upkeep sheets; do $(BIN)/python -m bench.$$name || exit 1; done

# the catalogue takes longer: SIZES="10000 200000" for fewer
.PHONY: bench-catalogue
SIZES ?= 10000 200000 1000000
bench-catalogue: $(DEV_READY) $(MO)
	@$(BIN)/python -m bench.catalogue $(SIZES)

# -- checks
DEPLOYED := KEYI_MODE=production DATABASE_URL=postgresql://nowhere/keyi KEYI_HOSTS=keyi.example.cn \
  KEYI_MAIL_URL=smtp://mail.example.cn KEYI_MAIL_FROM=keyi@example.cn KEYI_BEHIND_PROXY=yes \
  KEYI_FIELD_KEYS=a2V5aS10ZXN0cy1vbmx5LWtleWktdGVzdHMtb25seS0= \
  KEYI_SECRET_KEY=a-secret-only-for-the-check-of-the-deployed-settings-0123456789

lint: $(DEV_READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	KEYI_MODE=test $(BIN)/python manage.py makemigrations --check --dry-run
	$(DEPLOYED) $(BIN)/python manage.py check --deploy --fail-level WARNING
	$(BIN)/python -m tools.messages check
	$(BIN)/python -m tools.stylesheet check
	@$(MAKE) --no-print-directory sbom audit

# what this version is made of, for those who watch for known holes (CycloneDX)
.PHONY: sbom
sbom: $(DEV_READY)
	@mkdir -p var
	@$(BIN)/cyclonedx-py requirements --output-reproducible --mc-type application --pyproject pyproject.toml -o var/sbom.json requirements.lock

# held against known holes: ADVISORIES=all.zip, the OSV database for Python; needs no network
.PHONY: audit
audit: $(DEV_READY)
	@$(BIN)/python -m tools.advisories "$(ADVISORIES)"

fmt: $(DEV_READY)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

messages: $(DEV_READY)
	$(BIN)/python -m tools.messages update

stylesheet: $(DEV_READY)
	$(BIN)/python -m tools.stylesheet make

COMPILE := uv pip compile --universal --python-version 3.11 --generate-hashes --no-annotate --no-header \
  --no-emit-index-url --quiet

lock:
	echo setuptools | $(COMPILE) pyproject.toml - --output-file requirements.lock
	$(COMPILE) pyproject.toml --extra dev --constraint requirements.lock --output-file requirements-dev.lock
