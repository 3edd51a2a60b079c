# Two commands do everything on a fresh machine: `make demo` and `make test`.
PYTHON ?= python3
BIN := .venv/bin
CHECKED := lakehouse producer lambdas glue_jobs athena_queries stacks local tests benchmarks app.py

# Much here starts many processes: what one has imported, the next need not compile.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: setup demo test soak check format synth bench lock clean

setup: .venv/.ready

.venv/.ready: pyproject.toml constraints.txt stacks/layer-requirements.txt
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt uv
	$(BIN)/uv pip install --quiet --python $(BIN)/python -c constraints.txt --editable '.[dev]'
	$(BIN)/python -m stacks.assets
	@touch $@

demo: setup
	@$(BIN)/lakehouse demo

test: setup
	$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder

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
	rm -rf .venv .lakehouse build cdk.out node_modules *.egg-info
