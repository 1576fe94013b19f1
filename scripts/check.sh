#!/bin/sh
# The quick part: the format of every Swift file, the architecture, and the rooms below the line.
set -eu
cd "$(dirname "$0")/.."
scripts/install-dependencies.sh build
swift format lint --strict --recursive --parallel Sources Tests Package.swift
swift build -c release --build-tests
swift test -c release --skip-build --filter '^(ArchitectureTests|ChronologyTests|NotationTests|CoreTests|PlaybookTests|ImportingTests)\.'
