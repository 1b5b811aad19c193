# Everything a newcomer, an operator or CI types. `make help` lists it.
SHELL := /bin/bash
PYTHON ?= $(shell command -v /usr/bin/python3.11 || command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
SUDO := $(shell [ "$$(id -u)" = 0 ] || echo sudo)
DEMO := demo
TRAIN := .venv-train
TRAINED := build/training
ROOMS := $(wildcard *.py) classify config ingest ocr pipeline records storage terminal web workers
.DEFAULT_GOAL := help
.PHONY: help demo run test lint setup setup-dev setup-bench bench bench-components accuracy calibrate fields fit-fields sides fit-sides turning blanks twins chaos chaos-servers bench-scale bench-web train lock clean

help: ## This list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

demo: setup ## Set up, make a small box of scans, read it, show the files and their PDFs
	@echo "== Making a small box of scans in $(DEMO)/box"
	@rm -rf $(DEMO)/box
	@$(BIN)/python -m benchmarks.scans $(DEMO)/box --seed 7 --files 6 --progress
	@echo "== abhilekh run $(DEMO)/box/scans"
	@ABHILEKH_HOME=$(DEMO)/home $(BIN)/abhilekh run $(DEMO)/box/scans --label "Demo / नमूना"

run: setup ## The same with your own folder: make run SOURCE=path/to/scans
	@[ -n "$(SOURCE)" ] || { echo "Say which folder: make run SOURCE=path/to/scans" >&2; exit 2; }
	@$(BIN)/abhilekh run "$(SOURCE)"

test: setup-dev lint ## Lint, types, import contracts and all tests
	$(BIN)/pytest -n 2

lint: setup-dev ## Lint, formatting, types, import contracts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: setup-bench ## Our run and OCRmyPDF side by side on the same pages (10 to 40 minutes)
	$(BIN)/python -m benchmarks.compare --out reports

bench-components: setup-bench ## What every stage of a page costs, beside what was kept (about 2 minutes)
	$(BIN)/python -m benchmarks.components

accuracy: setup-bench ## How well it reads, on made pages and on your own with REAL=folder (about 5 minutes)
	$(BIN)/python -m benchmarks.report_accuracy --out reports --document docs/accuracy.md $(if $(REAL),--real "$(REAL)")

sides: setup-bench ## Sides, kinds of page and handwriting in undeclared files (about 20 minutes)
	$(BIN)/python -m benchmarks.sides --out reports --document docs/accuracy.md

fit-sides: setup-bench ## Fit anew what tells sides and handwriting, on files that judge nothing (about 20 minutes)
	$(BIN)/python -m benchmarks.sides.fit

turning: setup-bench ## Is every page set upright and level? Made pages in all four turns (about 10 minutes)
	$(BIN)/python -m benchmarks.turning --read 7

calibrate: setup-bench ## Fit the confidence table anew and judge it on other pages (about 10 minutes)
	$(BIN)/python -m benchmarks.calibrate --out reports

fields: setup-bench ## Number, date, subject, department of made files, really read (about 10 minutes)
	$(BIN)/python -m benchmarks.fields --document docs/accuracy.md

fit-fields: setup-bench ## Fit anew what each sign of a number, date … is worth, and judge it (about 10 minutes)
	$(BIN)/python -m benchmarks.fields --fit --document docs/accuracy.md

blanks: setup-bench ## Empty and nearly empty sheets, told apart (about 10 minutes)
	$(BIN)/python -m benchmarks.blanks --out reports/blanks.json

twins: setup-bench ## Sheets scanned twice in a batch of 2,000 pages (about 30 minutes)
	$(BIN)/python -m benchmarks.twins --out reports/twins.json

chaos: setup-dev ## kill -9 at 30 random moments of a 30-page run
	$(BIN)/python -m benchmarks.chaos --kills 30 --pages 30

chaos-servers: setup-dev ## 110 faults to a site with an S3 store (20 minutes); ENGINE=real: 24, really read, a machine cut off (8 minutes)
	$(BIN)/python -m benchmarks.chaos_servers $(if $(filter real,$(ENGINE)),--engine real --apart --long --faults 24 --pages 200,--store s3 --faults 110 --pages 900)

bench-scale: setup-dev ## What a page costs beside imaging, with S3, after none and 200,000 others; the answers of 6,000,000 pages (40 minutes)
	$(BIN)/python -m benchmarks.scale --s3 --pages 2000 --earlier 0 200000 --out reports

train: $(TRAIN)/.installed ## Train the line reader anew (12 hours at most on 2 cores; goes on where it stopped)
	@$(TRAIN)/bin/python -m training.fetch $(TRAINED)
	$(TRAIN)/bin/python -m training.train $(TRAINED) $(if $(PROSE),--prose "$(PROSE)") $(if $(REAL),--real "$(REAL)") $(if $(LINES),--lines $(LINES))
	$(TRAIN)/bin/python -m training.export $(TRAINED) $(TRAINED)/line_reader.onnx --version $(or $(VERSION),next)

$(TRAIN)/.installed: requirements.txt training/requirements.txt packages.apt
	@scripts/apt-install run bench train
	@command -v npm >/dev/null || { echo "npm is missing, it fetches typefaces: sudo apt-get install npm" >&2; exit 4; }
	@$(PYTHON) -m venv $(TRAIN)
	@$(TRAIN)/bin/pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements.txt
	@$(TRAIN)/bin/pip install --quiet --disable-pip-version-check -r training/requirements.txt
	@touch $@

bench-web: setup-dev ## 200 reviewers at once on a database of 1,000,000 pages (about 15 minutes)
	$(BIN)/python -m benchmarks.web_load --out reports

setup: $(VENV)/.installed ## Debian packages, Python environment, pinned packages
	@scripts/apt-install run
	@$(BIN)/python -m compileall -q $(ROOMS)

setup-dev: $(VENV)/.installed-dev
	@scripts/apt-install run test

setup-bench: $(VENV)/.installed-dev
	@scripts/apt-install run test bench
	@$(BIN)/python -m compileall -q $(ROOMS)

$(VENV)/.made:
	@scripts/apt-install run
	@[ -n "$(PYTHON)" ] || { echo "Python 3.11 is missing: sudo apt-get install python3" >&2; exit 4; }
	@echo "== Making the Python environment $(VENV) with $(PYTHON)"
	@$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.installed: $(VENV)/.made requirements.txt requirements-build.txt pyproject.toml
	@echo "== Installing the pinned Python packages"
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements.txt -r requirements-build.txt
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.installed requirements-dev.txt
	@echo "== Installing the packages for lint, tests and benchmark"
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements-dev.txt
	@touch $@

lock: ## Pin the newest versions that requirements*.in allow (needs uv)
	for name in requirements requirements-build requirements-dev; do \
	  uv pip compile -q --generate-hashes --no-emit-index-url --no-emit-find-links --no-header \
	    --allow-unsafe --upgrade $$name.in -o $$name.txt; done

clean: ## Remove the environment, caches, the demo, reports and what training made; never a home or a store
	rm -rf $(VENV) $(DEMO) build dist reports *.egg-info .pytest_cache .mypy_cache .ruff_cache .import_linter_cache
