#!/bin/sh
# Makes .build/venv with the pinned packages of the end-to-end tests. Does nothing when it is there and current.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
venv=$root/.build/venv
requirements=$root/Tests/EndToEnd/requirements.txt

if [ -x "$venv/bin/python" ] && cmp -s "$requirements" "$venv/installed.txt"; then
    exit 0
fi
# Debian's own interpreter first: another one in PATH may lack the venv module or be too old.
python=/usr/bin/python3
[ -x "$python" ] || python=$(command -v python3)
mkdir -p "$root/.build"
[ -x "$venv/bin/python" ] || "$python" -m venv "$venv"
"$venv/bin/pip" install --quiet --disable-pip-version-check -r "$requirements"
cp "$requirements" "$venv/installed.txt"
