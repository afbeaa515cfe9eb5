# make chat    makes .venv, installs chat into it, starts it (PERSONA=tutor for another persona)
# make test    the same with the test tools, then everything that CI runs
# make check   formatting, lint, types and the import rules alone

VENV := .venv
PERSONA ?= assistant

.PHONY: chat test check format docs bench clean

chat: $(VENV)/.chat
	@$(VENV)/bin/chat --persona $(PERSONA)

test: check
	$(VENV)/bin/pytest

check: $(VENV)/.test
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/ruff check .
	$(VENV)/bin/mypy
	$(VENV)/bin/pytest -q tests/test_architecture.py

format: $(VENV)/.test
	$(VENV)/bin/ruff format .
	$(VENV)/bin/ruff check --fix .

docs: $(VENV)/.test
	$(VENV)/bin/python -m scripts.generate_readme

bench: $(VENV)/.test
	$(VENV)/bin/python benchmarks/startup.py

clean:
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis

# A stamp is made last, so an installation that was interrupted is begun anew. The test tools include the program.
$(VENV)/.chat: pyproject.toml scripts/setup
	@test -e $(VENV)/.test -a ! pyproject.toml -nt $(VENV)/.test || scripts/setup
	@touch $@

$(VENV)/.test: pyproject.toml scripts/setup
	@scripts/setup test
	@touch $@ $(VENV)/.chat
