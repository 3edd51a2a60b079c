# Two commands do everything on a fresh machine: `make demo` and `make test`.
PYTHON ?= python3
BIN := .venv/bin
CHECKED := lakehouse producer lambdas glue_jobs athena_queries stacks local tests benchmarks app.py

# Much here starts many processes: what one has imported, the next need not compile.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: setup demo test get-engines engines spark trino soak check format synth bench lock clean

setup: .venv/.ready

.venv/.ready: pyproject.toml constraints.txt stacks/layer-requirements.txt stacks/job-requirements.txt
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt uv
	$(BIN)/uv pip install --quiet --python $(BIN)/python -c constraints.txt --editable '.[dev]'
	$(BIN)/python -m stacks.assets
	@touch $@

demo: setup
	@$(BIN)/lakehouse demo

test: setup
	$(PYTEST)

# The engines that AWS runs: Spark as Glue 5.1 has it, and Trino, which Athena is built on. Java and
# Spark come from PyPI, jars and Trino with mvn. `make engines` is what every change must pass; `make
# spark` is all of the batch job's tests on Spark, which takes half an hour.
ENGINES := .engines
PYTEST := $(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder
OF_JOBS = $(patsubst %,tests/glue_jobs/test_%.py,$(1))
ON_SPARK := tests/e2e/on_spark tests/glue_jobs/on_spark
$(ENGINES)/.ready: $(wildcard local/engines/*.txt) local/engines/artifacts.py | setup
	@command -v mvn >/dev/null || { echo 'the engines are fetched with mvn: install Maven' >&2; exit 1; }
	@echo 'fetching Spark and Trino: 1.5 GB, less what is there'
	@rm -rf $(ENGINES)
	@$(BIN)/uv venv --quiet --python $(BIN)/python $(ENGINES)/glue51
	@$(BIN)/uv pip install --quiet --python $(ENGINES)/glue51/bin/python -r local/engines/glue51.txt
	@$(BIN)/uv pip install --quiet --no-deps --target $(ENGINES)/pyspark -r local/engines/pyspark.txt
	@$(BIN)/uv pip install --quiet --target $(ENGINES)/java17 -r local/engines/java17.txt
	@$(BIN)/uv pip install --quiet --target $(ENGINES)/java25 -r local/engines/java25.txt
	@echo $(CURDIR)/$(ENGINES)/pyspark > $$(echo $(ENGINES)/glue51/lib/python3*/site-packages)/pyspark.pth
	@$(BIN)/python -m local.engines.artifacts $(ENGINES)/trino
	@touch $@
	@echo 'both are in $(ENGINES)/'

get-engines: $(ENGINES)/.ready

engines: trino
	$(PYTEST) --engine spark $(ON_SPARK) $(call OF_JOBS,run)

spark: get-engines
	$(PYTEST) --engine spark $(ON_SPARK) \
		$(call OF_JOBS,run rewriting protocol records expiry rollback recovery)

trino: get-engines
	$(PYTEST) --trino tests/e2e/on_trino
	$(PYTEST) --trino tests/athena/on_trino

# 10,000 histories on both cores, a story for each call that they made, then chaos on a region.
HISTORIES ?= 10000
MINUTES ?= 10
RATE ?= 500
soak: setup
	$(BIN)/python -m tests.model.soak --histories $(HISTORIES)
	$(BIN)/python -m tests.chaos --minutes $(MINUTES) --rate $(RATE)

check: setup
	$(BIN)/ruff check $(CHECKED)
	$(BIN)/ruff format --check $(CHECKED)
	$(BIN)/mypy

format: setup
	$(BIN)/ruff check --fix $(CHECKED)
	$(BIN)/ruff format $(CHECKED)

# The pinned CDK command line is the one thing that comes from npm's registry.
node_modules/.package-lock.json: package.json package-lock.json | setup
	PATH="$(CURDIR)/$(BIN):$$PATH" npm ci --silent --no-fund --no-audit

synth: setup node_modules/.package-lock.json
	PATH="$(CURDIR)/$(BIN):$$PATH" npx --no-install cdk synth --quiet

bench: setup
	$(BIN)/python -m benchmarks.decode
	$(BIN)/python -m benchmarks.producer
	$(BIN)/python -m benchmarks.batch

lock: setup
	$(BIN)/uv pip compile --quiet --all-extras --python-version 3.11 --no-header --no-annotate \
		pyproject.toml > constraints.new
	@grep -E '^uv==' constraints.txt >> constraints.new && mv constraints.new constraints.txt

clean:
	rm -rf .venv .engines .lakehouse build cdk.out node_modules *.egg-info
