# make up · make test · make down: each sets up all that it needs, and says what it does.
# A fresh Debian or Ubuntu needs Python 3.11 or newer, make, and root or sudo; see docs/toolchain.md.

PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$p; break; }; done)
VENV := .venv/bin

.PHONY: help up test down check lint-ansible race kills bench clean venv tools lock
.DEFAULT_GOAL := help

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/make \1\t\2/p' Makefile | expand -t 14

up: tools ## start the lab, deploy the stack `lab` into it, configure its hosts and verify everything
	@$(VENV)/ggvv up

# Those that boot hosts, cut lines and count what is left behind have the machine for themselves; the others share it.
# The lab is brought up by `ggvv up`, which asks its hosts by all of tests/hosts: test_up.py holds what it answered.
HOSTS := tests/drills tests/hosts/test_up.py tests/lab

test: tools ## all tests, on labs of their own, Go modules included; the slowest are listed at the end
	@$(VENV)/pytest tests $(addprefix --ignore=,tests/drills tests/hosts tests/lab) --numprocesses logical --dist loadfile --no-loadscope-reorder
	@$(VENV)/pytest $(HOSTS)

down: venv ## take away all that `make up` started
	@$(VENV)/ggvv lab down

check: venv ## style, types, arrows and unit tests: under a minute
	@$(VENV)/ruff check
	@$(VENV)/ruff format --check
	@$(VENV)/mypy
	@PYTHONPATH=. $(VENV)/lint-imports --no-cache
	@$(VENV)/yamllint --strict .
	@$(MAKE) --silent lint-ansible
	@$(VENV)/python -m operations.toolchain gofmt
	@$(VENV)/pytest tests/unit --quiet --numprocesses auto

# In its folder, for its settings. No stack need be deployed, so there may be no inventory.
lint-ansible: venv
	@cd ansible && PATH="$(CURDIR)/$(VENV):$$PATH" ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED=false ansible-lint --offline -q

race: tools ## the Go tests under the race detector, which compiles everything anew: five minutes
	@$(VENV)/pytest tests/go -m race

kills: tools ## copies killed anywhere, 25 times, on a lab of its own: a quarter of an hour
	@$(VENV)/pytest tests/drills/test_backup_killed.py -m kills

bench: tools ## the speed of plan, deploy, check and destroy, beside Terraform where it is installed
	@$(VENV)/python -m benchmarks

clean: ## remove what make built: environment, tools, caches (stop the lab first: make down)
	@rm -rf .venv .cache .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

venv: ## the virtual environment from the lock, and missing system packages
	$(if $(PYTHON),,$(error no Python 3.11 or newer was found; install one, for example: sudo apt-get install python3))
	@$(PYTHON) -m operations.toolchain environment

tools: venv ## the Go programs: engine, language host, vSphere plugin, the lab's vCenter
	@$(VENV)/python -m operations.toolchain tools

lock: venv ## write requirements.lock anew from pyproject.toml (then commit both)
	@$(VENV)/uv pip compile --upgrade --universal --python-version 3.11 --generate-hashes --no-header \
		--no-emit-index-url --no-emit-find-links --group dev --quiet pyproject.toml -o requirements.lock
