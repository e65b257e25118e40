#!/usr/bin/env bash
# Installs what the browser check needs and this machine lacks: Chromium from Debian, and the npm packages of the lock file.
set -euo pipefail
cd "$(dirname "$0")"

if ! command -v npm >/dev/null || [ "$(node -p 'process.versions.node.split(".")[0]')" -lt 20 ]; then
  echo "The browser check needs Node.js 20 or newer, with npm." >&2
  exit 1
fi

if [ ! -x "${CHROMIUM:-/usr/bin/chromium}" ]; then
  root=()
  [ "$(id -u)" = 0 ] || root=(sudo)
  apt() { "${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=120 "$@" </dev/null >/dev/null; }
  # The package lists may be missing or old; only then does the first try fail.
  if ! apt install -y --no-install-recommends chromium 2>/dev/null; then
    apt update
    apt install -y --no-install-recommends chromium
  fi
fi

# npm writes this file last, so an install that was cut short is done again.
done=node_modules/.package-lock.json
if [ ! -e "$done" ] || [ package-lock.json -nt "$done" ]; then
  npm ci --ignore-scripts --no-audit --no-fund --loglevel=error >/dev/null
fi
