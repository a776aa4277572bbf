# One verb a line; `make help` lists them. Everything runs from .venv, which is made from requirements.lock.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/installed
PIP    := $(BIN)/python -m pip --disable-pip-version-check -qq
SBOM   := .cache/sbom/cpl-registry.cdx.json
BILL    = mkdir -p $(dir $(SBOM)) && { $(BIN)/cyclonedx-py environment --output-reproducible --no-validate --pyproject pyproject.toml --output-file $(SBOM) $(BIN)/python 2> $(SBOM).log || { cat $(SBOM).log >&2; exit 1; }; }
LOCK   := UV_CUSTOM_COMPILE_COMMAND="make lock" $(BIN)/uv pip compile pyproject.toml --group dev --universal --generate-hashes --quiet -o requirements.lock

export HYPOTHESIS_STORAGE_DIRECTORY := $(CURDIR)/.cache/hypothesis
export NO_MKDOCS_2_WARNING := 1
# Without its bytecode each start of a command, and there are hundreds in the tests, would compile it all again.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.NOTPARALLEL:
.SUFFIXES:

# --- the verbs ---------------------------------------------------------------------------------------------------------

.PHONY: help site test check serve bench bench-scale golden lock

help: ## list the verbs
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(firstword $(MAKEFILE_LIST)) | while IFS='	' read -r verb text; do printf '  make %-14s %s\n' "$$verb" "$$text"; done

site: $(READY) ## the whole publication into build/: site, DCC extract, data
	@$(BIN)/cpl build

test: check unit validate strict-site browser ## everything that must hold before a change is merged
	@echo "make test: all of it holds"

check: format-check lint types floors workflows schemas ## the checks that run no test: format, lint, types, floors, workflows, schemas

serve: $(READY) ## the site with live reload
	@$(BIN)/cpl serve

bench: $(READY) ## measure against peers, as ratios: the table in benchmarks/RESULTS.md
	@$(BIN)/python -m benchmarks

bench-scale: $(READY) ## the same at 100,000 entries
	@$(BIN)/python -m benchmarks --scale

golden: $(READY) ## rewrite the published bytes that tests compare with; read the diff before committing it
	@GOLDEN=rewrite $(BIN)/pytest -q tests/test_rules.py tests/test_bad_input.py tests/test_docs.py tests/test_readiness.py tests/test_simulation.py tests/scenarios

lock: $(READY) ## requirements.lock from pyproject.toml, keeping every version that still fits
	@$(LOCK)

# --- parts of them -----------------------------------------------------------------------------------------------------

.PHONY: editor long review review-verdict comment fuzz matrix upgrade chromium format format-check lint types floors workflows schemas unit validate strict-site browser coverage demonstration oversight deliveries clean

upgrade: $(READY) ## requirements.lock with the newest versions that are at least a week old
	@$(LOCK) --upgrade

.PHONY: migrations migrate protect sbom licences

migrations: $(READY) ## which migrations of the data the register has passed
	@$(BIN)/python -m migrations.run

migrate: $(READY) ## take the register through the others, whole or not at all
	@$(BIN)/python -m migrations.run --write

protect: ## the rules of .github/rulesets/ into the settings of the repository on GitHub, by somebody who administers it
	@for file in .github/rulesets/*.json; do \
		id=$$(gh api "repos/{owner}/{repo}/rulesets" --jq ".[] | select(.name == \"$$(basename $$file .json)\") | .id") || exit 1; \
		if [ -n "$$id" ]; then gh api --silent --method PUT "repos/{owner}/{repo}/rulesets/$$id" --input "$$file"; \
		else gh api --silent --method POST "repos/{owner}/{repo}/rulesets" --input "$$file"; fi || exit 1; \
		echo "$$file is in force"; \
	done

sbom: $(READY) ## the bill of materials of the tools (CycloneDX), the same bytes for the same lock
	@$(BILL)
	@echo "$(SBOM)"

licences: $(READY) ## docs/maintain/licences.md from the installed packages
	@$(BIN)/python scripts/keeping/licences.py

format: $(READY) ## format the code and mend what ruff can mend
	@$(BIN)/ruff format --quiet .
	@$(BIN)/ruff check --quiet --fix .

format-check: $(READY)
	@echo "Format"
	@$(BIN)/ruff format --check --quiet . || { echo "make: run 'make format'" >&2; exit 1; }

lint: $(READY)
	@echo "Lint"
	@$(BIN)/ruff check --quiet .

types: $(READY)
	@echo "Types"
	@$(BIN)/mypy --no-error-summary

floors: $(READY)
	@echo "Import floors"
	@report=$$($(BIN)/lint-imports --no-logo --no-cache 2>&1) || { echo "$$report"; exit 1; }

workflows: $(READY)
	@echo "Workflows"
	@report=$$($(BIN)/zizmor --offline --strict-collection --persona auditor .github/workflows .github/dependabot.yml 2>&1) || { echo "$$report"; exit 1; }
	@$(BIN)/check-jsonschema --quiet --builtin-schema vendor.github-workflows .github/workflows/*.yml
	@$(BIN)/check-jsonschema --quiet --builtin-schema vendor.dependabot .github/dependabot.yml

schemas: $(READY)
	@echo "Schemas"
	@find schema -name '*.schema.json' -exec $(BIN)/check-jsonschema --quiet --check-metaschema {} +

unit: $(READY) ## the tests that need no browser
	@echo "Tests"
	@$(BIN)/pytest -q -n 2 --dist worksteal --ignore=tests/browser

validate: $(READY) ## every rule on the register
	@echo "Register"
	@$(BIN)/cpl validate

strict-site: site
	@echo "Site, strictly"
	@$(BIN)/mkdocs build --quiet --strict --site-dir $(CURDIR)/.cache/strict-site

browser: site ## the tests of the built site, in Chromium
	@$(BIN)/python -m tests.browser.chromium > /dev/null 2>&1 || $(MAKE) --no-print-directory chromium
	@echo "Site in Chromium"
	@$(BIN)/pytest -q -n 2 --dist worksteal tests/browser

chromium: # Debian and its kin only; elsewhere the message says what to do
	@command -v apt-get > /dev/null || { $(BIN)/python -m tests.browser.chromium; exit 1; }
	@echo "Installing Chromium"
	@log=$$( { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq --yes --no-install-recommends chromium; } 2>&1 ) || { echo "$$log" | tail -n 3 >&2; $(BIN)/python -m tests.browser.chromium; exit 1; }

review: $(READY) # of a pull request, in its workflow: the merge as objects, and never checked out
	@git fetch --quiet --no-tags origin "$$GITHUB_SHA"
	@$(BIN)/python scripts/reviewing/report.py --base "$$GITHUB_SHA^1" --head "$$GITHUB_SHA" --account "$$ACCOUNT" $${NUMBER:+--put-by build/verdict --number "$$NUMBER"}

review-verdict: # after a review that was put by
	@grep -qx acceptable build/verdict/decision || { echo "make: not acceptable yet: the summary of this run says what to mend" >&2; exit 1; }

comment: # the verdict on its pull request: with a token, so nothing is installed, not even our own tools
	@PYTHONPATH=scripts PYTHONDONTWRITEBYTECODE=1 $(PYTHON) -m reviewing.comment

editor: $(READY) ## schema/editor/ and .vscode/settings.json from the schemas, for help in editors
	@$(BIN)/python scripts/editing/editor_schemas.py

fuzz: $(READY) ## spoilt files of every kind and hostile trees: no exception, none slow, none misread; SEED names others
	@$(BIN)/python -m tests.fuzz $${INPUTS:-200000} $${SEED:-1}

long: $(READY) ## kills, full disks and tampers in their full numbers
	@LONG=1 $(BIN)/pytest -q -n 2 tests/test_release_faults.py tests/test_verify_tampers.py

matrix: $(READY) ## the same bytes on many machines; PYTHONS names other interpreters
	@$(BIN)/python -m tests.matrix

coverage: $(READY) ## which lines and branches the tests reach: of each floor but edges at least 95 %
	@$(BIN)/pytest -q -n 2 --dist worksteal --ignore=tests/browser --timeout 900 --cov --cov-report=
	@for floor in edges outputs rules state records; do echo "Coverage of $$floor"; least=95; test $$floor != edges || least=0; $(BIN)/coverage report --include="*/cpl_registry/$$floor/*" --fail-under=$$least || low="$$low $$floor"; done; test -z "$$low" || { echo "make: less than 95 % of$$low is reached by a test: the tables above tell the lines" >&2; exit 1; }

demonstration: $(READY) ## write the demonstration entries again
	@$(BIN)/python scripts/demonstration/make_register.py

oversight: $(READY) ## make the demonstration's campaigns and notices again, by the project's own commands
	@$(BIN)/python scripts/demonstration/make_oversight.py

deliveries: $(READY) ## make the demonstration's deliveries again, by the project's own commands
	@$(BIN)/python scripts/demonstration/make_deliveries.py

clean: ## remove what was built, and the caches; .venv stays
	@rm -rf build .cache

# --- deliveries: one verb a step of release.yml and monitor.yml; SERIAL names the delivery --------------------------------

DELIVERY := cpl/dcc/deliveries/$$SERIAL.yaml
BOT      := -c user.name='github-actions[bot]' -c user.email='41898282+github-actions[bot]@users.noreply.github.com'
TOLD      = sed -n 's/^$(1): "\(.*\)"$$/\1/p' $(DELIVERY)

.PHONY: release release-due release-hand-over release-fetch release-attach release-verify release-branch release-publish release-sbom release-pull-request monitor monitor-published monitor-waiting readiness

release: $(READY) ## an unsigned delivery, for another machine to sign; DECISION=ID explains a mass change
	@$(BIN)/cpl release --unsigned $${DECISION:+--decision "$$DECISION"}

release-due: $(READY) ## why a delivery is due, if it is
	@$(BIN)/python scripts/delivering/ask.py

release-hand-over: # of the newest release: what the machine needs that signs it
	@serial=$$(ls release | sort | tail -n 1) && printf 'serial=%s\ndigest=%s\nmanifest=%s\n' "$$serial" "$$(sha256sum < "release/$$serial/manifest.json" | cut -c 1-64)" "$$(openssl base64 -A -in "release/$$serial/manifest.json")" >> "$${GITHUB_OUTPUT:-/dev/stdout}"

release-fetch: # what the job that built it put by
	@gh run download "$$GITHUB_RUN_ID" --name delivery --dir .cache/delivery
	@mkdir -p release $(dir $(DELIVERY)) && cp -R ".cache/delivery/release/$$SERIAL" release/ && cp ".cache/delivery/$(DELIVERY)" "$(DELIVERY)"

release-attach: $(READY) # SIGNATURE is the signature in base64
	@printenv SIGNATURE > .cache/signature && openssl base64 -d -A -in .cache/signature -out .cache/manifest.json.p7s
	@$(BIN)/cpl release --attach .cache/manifest.json.p7s --out "release/$$SERIAL"

release-verify: $(READY) # as the chain will have it
	@$(BIN)/cpl verify "release/$$SERIAL" --chain

release-branch: # the same commit whenever it is made, so that the step can be run again
	@git add -- "$(DELIVERY)"
	@GIT_AUTHOR_DATE=$$($(call TOLD,sent_at)) GIT_COMMITTER_DATE=$$($(call TOLD,sent_at)) git $(BOT) commit --quiet --message "Delivery $$SERIAL" -- "$(DELIVERY)"
	@git -c credential.helper= -c credential.helper='!gh auth git-credential' push --quiet origin "HEAD:refs/heads/delivery/$$SERIAL"

release-publish: # a draft first, published once every file is there; GitHub then lets nobody change it
	@gh release view "$$SERIAL" > /dev/null 2>&1 || gh release create "$$SERIAL" --target "$$($(call TOLD,commit))" --title "Delivery $$SERIAL" --notes "The list for the DCC as of $$($(call TOLD,on)), signed. The site tells how to verify and load it." "release/$$SERIAL"/*
	@test "$$(gh api "repos/{owner}/{repo}/releases/tags/$$SERIAL" --jq .immutable)" = true || { echo "make: release $$SERIAL can still be changed: switch on release immutability in the repository's settings" >&2; exit 1; }

release-sbom: $(READY) # beside the delivery, whose own files stay those that were signed: verify.py takes no other
	@gh release view "$$SERIAL-tools" > /dev/null 2>&1 || { $(BILL) && gh release create "$$SERIAL-tools" --target "$$($(call TOLD,commit))" --title "Tools of delivery $$SERIAL" --notes "The bill of materials (CycloneDX) of the tools that made delivery $$SERIAL. Not part of what is loaded." "$(SBOM)" --latest=false; }

release-pull-request: # the delivery's file into the register
	@gh pr view "delivery/$$SERIAL" > /dev/null 2>&1 || gh pr create --base main --head "delivery/$$SERIAL" --title "Delivery $$SERIAL" --body "The delivery was sent. Merge its file, so that the next one builds on it."

monitor: monitor-published monitor-waiting readiness ## what is published verifies, and nothing merged waits too long

monitor-published: $(READY) # the last delivery of the chain, as anybody can download it today
	@rm -rf .cache/published
	@serial=$$(basename "$$(ls cpl/dcc/deliveries/*.yaml | sort | tail -n 1)" .yaml) && gh release download "$$serial" --dir ".cache/published/$$serial" && $(BIN)/cpl verify ".cache/published/$$serial" --chain --on "$$(TZ=Europe/London date +%F)"

monitor-waiting: $(READY) # merged, and not delivered within one Working Day
	@$(BIN)/python scripts/delivering/ask.py --overdue

readiness: $(READY) ## what the DSP will not recognise on the day it must, from 180 days ahead
	@$(BIN)/cpl readiness

# --- the virtual environment -------------------------------------------------------------------------------------------

$(VENV)/locked: requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2> /dev/null || { echo "make: Python 3.11 or newer is needed; name one, for example: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 1; }
	@echo "Making $(VENV) from requirements.lock"
	@$(PYTHON) -m venv --clear $(VENV) || { echo "make: $(PYTHON) cannot make a virtual environment; on Debian install python3-venv" >&2; exit 1; }
	@# Compiled when it is first imported: most of it never is.
	@$(PIP) install --no-compile --require-hashes --no-deps --only-binary=:all: -r requirements.lock
	@touch $@

$(READY): $(VENV)/locked pyproject.toml
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@
