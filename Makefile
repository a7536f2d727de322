# Pullquote: every target only sets up the environment and calls the command `pullquote`.
# `make` knows no stage: what is stale is decided in one place, by `pullquote run`.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt
# A test for each core, of four at most: every worker has its own store, browser and weights. One
# that is idle takes half of what another still has to do.
WORKERS ?= logical
PYTEST := $(BIN)/pytest -n $(WORKERS) --maxprocesses 4 --dist worksteal

EPISODE ?=
AUDIO   ?=
REVIEW  ?= host
# As they were typed: names of files hold blanks, quotes and dollars, which make and the shell would read.
override AUDIO := $(value AUDIO)
export AUDIO
OUT     ?= .pullquote/screenshots

SHARED  ?= ../shared
ETHAN   := $(SHARED)/episodes/ethan
RAW     := .pullquote/bench/episodes/ethan/build/transcript.raw.json
BENCH   := $(BIN)/python tests/benchmarks/bench

RUN := $(VENV)/.installed-run
DEV := $(VENV)/.installed-dev
# Older builds of ffmpeg (4.2, 7.0) that sound is tried with, beside the packaged one and Debian's.
FFMPEGS := $(VENV)/ffmpeg-0.4.9 $(VENV)/ffmpeg-0.6.0

.DEFAULT_GOAL := help
.PHONY: help demo new publish review status explain store store-stop setup check test test-all bench bench-shared screenshots words clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(RUN): $(VENV)/bin/python pyproject.toml constraints.txt
	@echo "setting up $(VENV) (once; torch and the local store are large)" >&2
	@$(PIP) torch
	@$(PIP) -e '.[offline,local]'
	@touch $@

$(DEV): $(RUN)
	@$(PIP) -e '.[offline,languages,local,fast,diarise,bluesky,mastodon,dev]'
	@touch $@

$(FFMPEGS): | $(DEV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --target $@ \
	    imageio-ffmpeg==$(@:$(VENV)/ffmpeg-%=%) || echo "without it, its tests skip" >&2

setup: $(DEV) $(FFMPEGS) ## Set up everything that development needs

demo: $(RUN) ## Publish a copy of the sample from its recording alone, and print its addresses
	@$(BIN)/pullquote demo why-bridges-hum

new: $(RUN) need-episode need-audio ## Make an episode: EPISODE=slug AUDIO=path
	@$(BIN)/pullquote new $(EPISODE) --audio "$$AUDIO"

publish: $(RUN) need-episode ## Run every stage and release: EPISODE=slug [REVIEW=host|auto|none]
	@# Exit code 3 is no failure: the quotes wait for you, and it has said what to do.
	@$(BIN)/pullquote publish $(EPISODE) --review $(REVIEW) || { code=$$?; test $$code = 3 || exit $$code; }

review: $(RUN) need-episode ## Decide on the proposed quotes: EPISODE=slug
	@$(BIN)/pullquote review $(EPISODE)

status: $(RUN) ## Show every episode and what it waits for
	@$(BIN)/pullquote status

explain: $(RUN) need-episode ## Say why each stage would run: EPISODE=slug
	@$(BIN)/pullquote explain $(EPISODE)

store: $(RUN) ## Start the show's local object store
	@$(BIN)/pullquote store up

store-stop: $(RUN) ## Stop it
	@$(BIN)/pullquote store down

check: $(DEV) ## Format, lint, types, import layers
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

test: $(DEV) $(FFMPEGS) ## Run the tests (under ten minutes on two cores)
	@$(PYTEST) -m 'not slow'

test-all: $(DEV) $(FFMPEGS) ## Run all tests, the slow ones too
	@$(PYTEST)

bench: $(DEV) ## Run the benchmarks, each against a named peer: [SHARED=data to measure with]
	@for name in audio audiogram engine feeds review search storage; do $(BENCH)_$$name.py || exit 1; done
	@if [ -d '$(SHARED)' ]; then $(MAKE) --no-print-directory bench-shared; \
	else echo "no data in $(SHARED): speech, quotes and transcripts are not measured" >&2; fi

bench-shared: $(RAW)
	@$(BENCH)_speech.py
	@$(BENCH)_decoding.py
	@$(BENCH)_quotes.py $(SHARED)/quotes
	@$(BENCH)_candidates.py $(SHARED)/quotes --limit 13
	@$(BENCH)_cuts.py $(SHARED)/quotes
	@$(BENCH)_topics.py $(SHARED)/quotes
	@$(BENCH)_speakers.py $(ETHAN) $(RAW)
	@$(BENCH)_diarisation.py $(SHARED) $(RAW)
	@$(BENCH)_transcript.py $(ETHAN) $(RAW)
	@$(BENCH)_words.py $(SHARED) --raw $(RAW)
	@$(BENCH)_languages.py $(SHARED)

# The recogniser's words of the episode whose truth is known, from a show of its own.
$(RAW): | $(DEV)
	@rm -rf .pullquote/bench
	@$(BIN)/pullquote init .pullquote/bench
	@$(BIN)/pullquote new ethan --audio $(ETHAN)/audio.mp3 --root .pullquote/bench
	@$(BIN)/pullquote run ethan --to transcribe --root .pullquote/bench

screenshots: $(DEV) ## Take pictures of the review page's states: OUT=folder
	@$(BIN)/python tests/desk/screenshots.py '$(OUT)'

words: $(DEV) ## Bring the catalogues of translated words up to date with the templates
	@$(BIN)/python tests/rendering/collecting.py

clean: ## Remove the environment and caches; the show and its store stay
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

.PHONY: need-episode need-audio
need-episode:
	@test -n '$(EPISODE)' || { echo "name the episode: make $(MAKECMDGOALS) EPISODE=slug" >&2; exit 2; }
need-audio:
	@test -n "$$AUDIO" || { echo "name the recording: make new EPISODE=slug AUDIO=path" >&2; exit 2; }
