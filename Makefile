# Everything that a checkout can do. `make run` and `make test` set themselves up on a machine with python3.11+ and make.

VENV   := .venv
RAY_VENV := .venv-ray
# The first of these that is there and is 3.11, 3.12 or 3.13; or name your own: make run PYTHON=/path/to/python
PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3; do \
	$$p -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null && echo $$p && break; done)
# On Linux the ordinary torch wheel brings CUDA; name PyTorch's index of CPU builds here for a smaller one (see README).
TORCH_INDEX ?=
PIP    := $(VENV)/bin/python -m pip --disable-pip-version-check install --quiet $(if $(TORCH_INDEX),--extra-index-url $(TORCH_INDEX))

# Tests run in so many processes; those of one file stay together.
JOBS   ?= 2
PYTEST := $(VENV)/bin/python -m pytest -n $(JOBS) --dist loadfile

.PHONY: run quick test check js ray fuzz bench clean

run: $(VENV)/.core
	$(VENV)/bin/gesture-al run experiment=quickstart

# While you work: no browser, training, other process, or model of MediaPipe's. tests/conftest.py sets the marks.
quick: $(VENV)/.dev
	$(PYTEST) -q --quick -m "not slow" tests

test: $(VENV)/.dev
	$(PYTEST)

check: $(VENV)/.dev
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy
	@if command -v npm > /dev/null; then $(MAKE) js; else echo "the pages' JavaScript was not checked: there is no npm"; fi
	$(PYTEST)

# The pages' JavaScript: types and format. It runs as it stands, so nobody but those who change it needs Node.js.
js: node_modules/.ready
	npm run --silent types
	npm run --silent format

node_modules/.ready: package.json package-lock.json
	npm ci --silent --no-audit --no-fund
	@touch $@

# Ray weighs 330 MB, so it is put into an environment of its own, which sees all of $(VENV) behind it. `make test` then runs its test.
ray: $(RAY_VENV)/.ready

# Bad input for every importer, by the thousand: the long run; `make test` has a short one.
fuzz: $(VENV)/.dev
	PYTHONPATH=tests $(VENV)/bin/python -m fuzz --inputs 5000

bench: $(VENV)/.dev
	$(VENV)/bin/python benchmarks/training.py
	$(VENV)/bin/python benchmarks/selection.py
	$(VENV)/bin/python benchmarks/labelling.py
	$(VENV)/bin/python benchmarks/live_page.py
	$(VENV)/bin/python benchmarks/serving.py
	$(VENV)/bin/python benchmarks/report.py

clean:
	rm -rf $(VENV) $(RAY_VENV) node_modules build dist .pytest_cache .mypy_cache .ruff_cache

$(VENV)/bin/python:
	@test -n "$(PYTHON)" || { echo "gesture_al needs Python 3.11, 3.12 or 3.13; none was found. Name one: make run PYTHON=..."; exit 2; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.core: $(VENV)/bin/python pyproject.toml requirements.txt
	@echo "installing gesture_al and what it needs into $(VENV); this happens once and takes a few minutes"
	$(PIP) -r requirements.txt
	$(PIP) -c requirements.txt --editable .
	@touch $@

$(VENV)/.dev: $(VENV)/.core requirements-dev.txt
	$(PIP) -c requirements.txt -r requirements-dev.txt
	@touch $@

$(RAY_VENV)/.ready: $(VENV)/.dev requirements-ray.txt
	rm -rf $(RAY_VENV)
	$(VENV)/bin/python -m venv --without-pip $(RAY_VENV)
	$(VENV)/bin/python -c 'import sysconfig; print("import site; site.addsitedir(%r)" % sysconfig.get_path("purelib"))' \
		> $$($(RAY_VENV)/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/behind.pth
	$(RAY_VENV)/bin/python -m pip --disable-pip-version-check install --quiet -r requirements-ray.txt
	@touch $@
