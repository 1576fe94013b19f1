#!/bin/sh
# Measurements of the release build, as ratios to something on the same machine, so that they mean something elsewhere.
set -eu
cd "$(dirname "$0")/.."
scripts/install-dependencies.sh bench
scripts/python-environment.sh
if [ $# -eq 0 ]; then
    swift build -c release --product tocsin-sim
    .build/release/tocsin-sim --playbooks
    .build/release/tocsin-sim --schedules
fi
exec .build/venv/bin/python Benchmarks/run.py "$@"
