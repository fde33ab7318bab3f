# `make help` lists what can be done. Everything runs in .venv, which is made on first use.
.DEFAULT_GOAL := help
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
# Two workers, one per core, and so one BLAS thread each; loadscope keeps a notebook's cells together.
PARALLEL := OPENBLAS_NUM_THREADS=1 $(BIN)/python -m pytest -n 2 --dist loadscope --nbval --nbval-current-env --durations 5

.PHONY: help sample notebooks test test-faults test-browser test-site test-notices test-versions data practice lab bench release grade site lite build record results lint lint-workflows coverage mutants clean
help:  ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# Reinstalled only when what is asked for changes.
$(VENV)/installed: requirements.txt pyproject.toml
	@echo "Setting up $(VENV) with $$($(PYTHON) --version) and the packages in requirements.txt (about 1 minute, once)"
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.12 ...")'
	@$(PYTHON) -m venv --clear $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

notebooks: $(VENV)/installed  ## run all notebooks and compare their outputs (on CIFAR-10, or the sample without it)
	@$(BIN)/python tools/build_notebooks.py --check
	@$(BIN)/python -c 'from cs231n_softmax.data_utils import ensure_cifar10; ensure_cifar10()'
	@echo "Running the notebooks cell by cell (about 5 minutes on two free cores; a slow or busy machine takes two to three times as long)"
	@$(PARALLEL) notebooks
	@echo "All notebooks ran as they should. \`make lab\` opens them."

sample: $(VENV)/installed
	@test -f datasets/sample/batches.meta || echo "Making the built-in sample (about 10 s, once)"
	@$(BIN)/python -c 'from cs231n_softmax.cifar10.sample import write_sample; write_sample()'

test: sample  ## run all tests, and the notebooks on the built-in sample
	@echo "Running the tests and the notebooks on the built-in sample (about 17 minutes on two free cores; a slow or busy machine takes two to three times as long)"
	@CIFAR10_DIR="$(CURDIR)/datasets/sample" $(PARALLEL) tests notebooks

test-faults: sample  ## (maintainers) attack the package with faults of every kind; then run each notebook again, out of order
	@echo "Trying faults of every kind (at most 20 minutes)"
	@OPENBLAS_NUM_THREADS=1 $(BIN)/python -m tests.faults
	@echo "Running the cells of each notebook again, out of order and from the top (about 2 minutes)"
	@AGAIN=1 CIFAR10_DIR="$(CURDIR)/datasets/sample" $(BIN)/python -m pytest tests/test_notebooks_again.py -k run_again

test-browser: lite  ## (maintainers) notebooks 1 to 9 as in a browser; then one in Chromium: all of it with PYODIDE=folder
	@echo "Running the notebooks without threads, processes, sockets and timers (about 5 minutes)"
	@$(BIN)/python -m tests.browser
	@echo "Opening build/lite in Chromium (about 1 minute)"
	@$(BIN)/python tools/lite_in_browser.py $(if $(PYODIDE),--whole)

test-notices: sample  ## (maintainers) break a notebook or its tests in every known way, and see that each is noticed
	@echo "Breaking a copy of this checkout (about 5 minutes)"
	@OPENBLAS_NUM_THREADS=1 $(BIN)/python -m tests.breaks

test-versions: sample  ## (maintainers) all tests on the oldest, Colab's and the newest versions: SETS="oldest colab" for some
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[versions]'
	@CIFAR10_DIR="$(CURDIR)/datasets/sample" OPENBLAS_NUM_THREADS=1 $(BIN)/python tools/try_versions.py $(SETS)

data: $(VENV)/installed  ## fetch CIFAR-10 (170 MB) into datasets/
	@./get_cifar10.sh

practice: $(VENV)/installed  ## lay copies of the notebooks without solutions into practice/; what you wrote there stays
	@$(BIN)/python -m cs231n_softmax practice

lab: practice  ## open the practice copies in JupyterLab
	@$(BIN)/jupyter lab practice

release: $(VENV)/installed  ## (teachers) what students get, in release/: NOTEBOOKS="02 04" for some of the notebooks
	@$(BIN)/python tools/make_release.py $(NOTEBOOKS)

grade: $(VENV)/installed  ## (teachers) points and feedback, in graded/: SUBMISSIONS=export.zip, NOTEBOOKS="02 04", ROSTER=class.csv, FORMAT=canvas=gradebook.csv, AGAIN=student, TO=graded/04
	@test -n "$(SUBMISSIONS)" || { echo "make grade SUBMISSIONS=export.zip (or a folder with a folder or a zip for each student)"; exit 1; }
	@$(BIN)/python tools/grade.py "$(SUBMISSIONS)" $(NOTEBOOKS) $(if $(ROSTER),--roster "$(ROSTER)") $(if $(FORMAT),--format "$(FORMAT)") $(if $(LATE),--late "$(LATE)") $(if $(TO),--to "$(TO)") $(if $(SECONDS),--seconds $(SECONDS)) $(if $(AGAIN),--again "$(AGAIN)")

$(VENV)/site: $(VENV)/installed
	@echo "Adding Sphinx and what it needs to $(VENV) (about 1 minute, once)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[site]'
	@touch $@

site: $(VENV)/site  ## lay the site out in build/site, from the committed notebooks: LITE=folder for a JupyterLite site in it
	@echo "Building the site (about 1 minute)"
	@$(BIN)/python tools/build_site.py $(if $(LITE),--lite "$(LITE)")

$(VENV)/lite: $(VENV)/installed
	@echo "Adding JupyterLite to $(VENV) (about 1 minute, once)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[lite]'
	@touch $@

lite: $(VENV)/lite  ## make a JupyterLite site in build/lite, with Python in the browser: PYODIDE=folder for a whole Pyodide
	@echo "Building build/lite (about 30 s)"
	@$(BIN)/python tools/build_lite.py $(if $(PYODIDE),--pyodide "$(PYODIDE)")

# Of this package only the copy of axe-core is used, so what the package itself needs is left out.
$(VENV)/axe: $(VENV)/installed
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps axe-playwright-python==0.1.8
	@touch $@

test-site: site $(VENV)/axe  ## (maintainers) look at each page of the site in Chromium: wide and narrow, light and dark
	@echo "Looking at the pages (5 to 15 minutes)"
	@$(BIN)/python tools/site_in_browser.py

build: $(VENV)/installed  ## (maintainers) rebuild notebooks/*.ipynb from notebooks/source: NOTEBOOKS="02 04" for some
	@$(BIN)/python tools/build_notebooks.py $(NOTEBOOKS)
	@$(BIN)/python tools/assertions.py
	@$(BIN)/python tools/readme_pictures.py
	@$(BIN)/python tools/mistakes_page.py

record: sample  ## (maintainers) after a build: keep in notebooks/recorded what the notebooks give on the built-in sample
	@echo "Running the notebooks on the built-in sample (about 6 minutes)"
	@CIFAR10_DIR="$(CURDIR)/datasets/sample" $(PARALLEL) --nbnotice-record notebooks

results: $(VENV)/installed  ## (maintainers) measure the README's accuracies, and the memory and time of loading (about 10 minutes)
	@$(BIN)/python benchmarks/results.py
	@$(BIN)/python benchmarks/loading.py

$(VENV)/peers: $(VENV)/installed
	@echo "Adding the peers to $(VENV): PyTorch, scikit-learn, JAX (1 to 5 minutes, once)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[bench]'
	@touch $@

bench: $(VENV)/peers  ## measure speed beside PyTorch, scikit-learn and JAX; writes docs/speed.md and the README's tables
	@echo "Measuring (about 16 minutes; leave the machine alone meanwhile)"
	@$(BIN)/python benchmarks/bench.py

lint: $(VENV)/installed  ## (maintainers) check style, unused code and types
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check --quiet || { echo "some files aren't formatted: $(BIN)/ruff format mends that"; exit 1; }
	@$(BIN)/mypy

lint-workflows: $(VENV)/installed  ## (maintainers) check the workflows in .github for mistakes and for holes
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[workflows]'
	@$(BIN)/zizmor --offline --quiet .github
	@$(BIN)/actionlint

coverage: $(VENV)/installed  ## (maintainers) which lines and branches of the package the tests reach: at least 95 %
	@$(BIN)/coverage erase
	@CIFAR10_DIR="$(CURDIR)/datasets/sample" $(BIN)/coverage run -m pytest tests
	@$(BIN)/coverage combine --quiet
	@$(BIN)/coverage report --show-missing --skip-covered

mutants: $(VENV)/installed  ## (maintainers) change the package's code in every small way, and list the changes that no test notices
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[mutants]'
	@$(BIN)/mutmut run
	@$(BIN)/mutmut results

clean:  ## delete .venv and caches; the data, the notebooks and practice/ stay
	rm -rf $(VENV) .venv-versions .pytest_cache .hypothesis .ruff_cache .mypy_cache .coverage* mutants *.egg-info datasets/sample datasets/.*.lock .release.lock notebooks/*.npy notebooks/*.npz
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
