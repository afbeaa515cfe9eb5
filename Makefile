# make chat    makes .venv, installs chat into it, starts it (PERSONA=tutor for another persona)
# make test    the same with the test tools, then everything that CI runs
# make check   formatting, lint, types and the import rules alone

VENV := .venv
PERSONA ?= assistant

.PHONY: chat test check format docs bench clean tools

chat:
	@scripts/setup
	@$(VENV)/bin/chat --persona "$(PERSONA)"

test: check
	$(VENV)/bin/pytest -n auto --dist worksteal

check: tools
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/ruff check .
	$(VENV)/bin/mypy
	$(VENV)/bin/pytest -q tests/test_architecture.py

format: tools
	$(VENV)/bin/ruff format .
	$(VENV)/bin/ruff check --fix .

docs: tools
	$(VENV)/bin/python -m scripts.generate_as_read
	$(VENV)/bin/python -m scripts.generate_readme
	$(VENV)/bin/python -m scripts.generate_failures
	$(VENV)/bin/python -m scripts.generate_architecture

bench: tools
	$(VENV)/bin/python -m benchmarks.startup

clean:
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis

tools:
	@scripts/setup test
