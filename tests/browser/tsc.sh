#!/usr/bin/env bash
# Compiles the scripts of the web app; with --check, says whether the compiled files that are in the repository are what the sources come to.
set -euo pipefail
cd "$(dirname "$0")"
assets=../../src/web/assets
out=$assets
if [ "${1:-}" = --check ]; then
  out=$(mktemp -d)
  trap 'rm -rf "$out"' EXIT
fi
node_modules/.bin/tsc -p "$assets" --outDir "$out"
if [ "${1:-}" = --check ]; then
  for script in "$out"/*.js; do
    cmp "$script" "$assets/$(basename "$script")" || { echo "compile the scripts: tests/browser/tsc.sh" >&2; exit 1; }
  done
fi
