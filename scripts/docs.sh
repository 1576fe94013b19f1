#!/bin/sh
# Writes what can be taken from the program itself: the API's description and the command line's reference.
set -eu
cd "$(dirname "$0")/.."
scripts/install-dependencies.sh python
exec python3 scripts/write-docs.py .build/release/tocsin docs
