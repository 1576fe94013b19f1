#!/bin/sh
# Serves the release build on SQLite: serve.sh DATA PORT
set -eu
data=$1
port=$2
cd "$(dirname "$0")/.."
mkdir -p "$data"
echo "Tocsin answers at http://127.0.0.1:$port once it is up. Its data is in $data."
if [ -e "$data/tocsin.db" ]; then
    echo "Sign in with your e-mail address and password, or make a user:"
    echo "    .build/release/tocsin user add NAME --email ADDRESS --role admin --password-stdin --data $data"
else
    echo "This is the first start: it prints a link that makes the first administrator, and writes it to"
    echo "$data/first-sign-in. The link works once."
fi
exec .build/release/tocsin serve --data "$data" --listen "127.0.0.1:$port"
