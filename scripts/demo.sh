#!/bin/sh
# Serves with a demonstration team and an incident that unfolds while one watches: demo.sh DATA PORT
set -eu
data=$1
port=$2
cd "$(dirname "$0")/.."
scripts/install-dependencies.sh python
mkdir -p "$data"
exec python3 scripts/demo.py .build/release/tocsin "$data" "$port"
