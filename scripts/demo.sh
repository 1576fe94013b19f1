#!/bin/sh
# Serves a demonstration team and a bad night to watch: demo.sh DATA PORT
#
# The demonstration starts afresh each time and refuses a directory that holds anything else, so it has one of its own
# inside the data directory.
set -eu
data=$1/demo
port=$2
cd "$(dirname "$0")/.."
mkdir -p "$(dirname "$data")"
exec .build/release/tocsin demo --data "$data" --listen "127.0.0.1:$port"
