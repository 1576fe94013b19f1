# What people type. Each target says what it needs and installs it (Debian packages, a Python environment under .build).

PORT ?= 8080
DATA ?= ./data
PREFIX ?= /usr/local
DESTDIR ?=

.PHONY: help build run demo test check fuzz bench docs install clean

help:
	@echo "make run      build and serve on SQLite under $(DATA), port $(PORT)"
	@echo "make demo     the same with a demonstration organisation and an incident to watch"
	@echo "make build    the release binary, .build/release/tocsin"
	@echo "make install  the binary into PREFIX/bin ($(PREFIX)/bin)"
	@echo "make check    the quick tests: format, architecture, the pure rooms"
	@echo "make test     every test, against PostgreSQL, Prometheus, Alertmanager, mail and a browser on loopback"
	@echo "make fuzz     the readers on mutated texts, ROUNDS=200000 unless told; prints the seed"
	@echo "make bench    measurements, as ratios"
	@echo "make docs     docs/openapi and docs/cli from the built binary"

build:
	@scripts/install-dependencies.sh build
	swift build -c release --product tocsin

run: build
	@exec scripts/serve.sh "$(DATA)" "$(PORT)"

demo: build
	@exec scripts/demo.sh "$(DATA)" "$(PORT)"

test:
	@scripts/test.sh

check:
	@scripts/check.sh

ROUNDS ?= 200000

fuzz:
	@scripts/install-dependencies.sh build
	swift build -c release --build-tests
	TOCSIN_FUZZ_ROUNDS="$(ROUNDS)" swift test -c release --skip-build --filter '^FuzzTests\.'

bench: build
	@scripts/bench.sh

docs: build
	@scripts/docs.sh

install: build
	install -D -m 755 .build/release/tocsin "$(DESTDIR)$(PREFIX)/bin/tocsin"

clean:
	swift package clean
