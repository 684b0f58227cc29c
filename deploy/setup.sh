#!/bin/bash
# Everything a checkout needs: virtual environment, locked dependencies, Docker engine, sandbox image. Safe to run again:
# what is there already is found in well under a second. Installs system packages only as root on Debian or Ubuntu.
# `deploy/setup.sh python`: only the environment, for what needs no engine.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

say() { echo "setup: $*" >&2; }
fail() { say "$1"; say "  $2"; exit 3; }
may_install() { [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; }

# system_package <package> <why>
system_package() {
  may_install || fail "$2" "run: sudo apt-get update && sudo apt-get install -y --no-install-recommends $1"
  say "installs $1 (${2})"
  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$1" >&2 \
    || fail "apt-get could not install $1" "install it by hand, then run this again"
}

python_environment() {
  command -v git >/dev/null || system_package git "git is missing"
  command -v python3 >/dev/null || system_package python3 "python3 is missing"
  python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
    || fail "python3 is $(python3 -V 2>&1); 3.11 or newer is needed" "put one first on PATH"
  python3 -c 'import ensurepip' 2>/dev/null || system_package python3-venv "python3 can't make environments"

  local stamp=.venv/aurora.stamp want
  want=$(cat requirements.lock pyproject.toml | sha256sum | cut -d' ' -f1)
  # a folder that was moved has scripts that name another interpreter
  want="$want $PWD"
  [ -x .venv/bin/python ] && [ "$(cat "$stamp" 2>/dev/null)" = "$want" ] && return

  say "makes .venv and installs the locked dependencies"
  .venv/bin/python -c '' 2>/dev/null || python3 -m venv --clear .venv
  if ! .venv/bin/uv --version >/dev/null 2>&1; then
    local only_uv
    only_uv=$(mktemp)
    awk '/^[^ ]/ { keep = /^uv==/ } keep' requirements.lock > "$only_uv"
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r "$only_uv"
    rm -f "$only_uv"
  fi
  export VIRTUAL_ENV="$PWD/.venv"
  .venv/bin/uv pip sync --quiet --require-hashes requirements.lock
  # its dependencies are in the lock, its build tools too: nothing else may be fetched
  .venv/bin/uv pip install --quiet --no-deps --no-build-isolation -e .
  echo "$want" > "$stamp"
}

engine_answers() { .venv/bin/python -c 'import docker; docker.from_env(timeout=5).ping()' 2>/dev/null; }

# engine_runs [proc]: a dockerd that starts, hangs or stops is one, too
engine_runs() { grep -qsx dockerd "${1:-/proc}"/[0-9]*/comm; }

# somebody_listens <socket>: also an engine that can't be seen from here, as where a container was given its host's /run
somebody_listens() {
  [ -S "$1" ] && python3 -c 'import socket, sys
s = socket.socket(socket.AF_UNIX); s.settimeout(5); s.connect(sys.argv[1])' "$1" 2>/dev/null
}

# forget_killed_engine <pid file> <socket> [proc]: an engine that was killed left its number, which is another process's
# by now, and the next one would refuse to start. Nothing is touched while an engine may be there.
forget_killed_engine() {
  [ -e "$1" ] || return 0
  if engine_runs "${3:-/proc}" || somebody_listens "$2"; then return 0; fi
  say "removes $1, left by an engine that was killed (it said $(head -c 20 "$1"))"
  rm -f "$1"
}

start_engine() {
  local log=$1 socket=$2
  if [ -d /run/systemd/system ]; then
    say "starts the Docker engine: systemctl start docker"
    systemctl start docker || fail "systemctl could not start docker" "look at: journalctl -u docker"
    return
  fi
  say "starts dockerd; its log: $log"
  forget_killed_engine /var/run/docker.pid "$socket"
  setsid dockerd >>"$log" 2>&1 </dev/null 9>&- &
}

docker_engine() {
  engine_answers && return
  local socket=/var/run/docker.sock log=/var/log/aurora-dockerd.log
  [ -z "${DOCKER_HOST:-}" ] || fail "the Docker engine at DOCKER_HOST $DOCKER_HOST does not answer" "check DOCKER_HOST"
  if [ -S "$socket" ] && ! [ -w "$socket" ]; then
    fail "you have no right to the Docker engine's socket" "run: sudo usermod -aG docker \$USER, then log in again"
  fi
  command -v dockerd >/dev/null || system_package docker.io "no Docker engine is installed"
  [ "$(id -u)" = 0 ] || fail "no Docker engine runs" "run: sudo service docker start"
  # never a second one: it would delete the first one's network
  exec 9>/run/aurora-setup.lock
  flock 9
  if ! engine_answers && ! engine_runs && ! somebody_listens "$socket"; then
    start_engine "$log" "$socket"
  fi
  for _ in $(seq 120); do
    engine_answers && { exec 9>&-; return; }
    sleep 0.5
  done
  fail "dockerd does not answer" "look at $log"
}

# a test reads the functions without setting anything up
[ "${BASH_SOURCE[0]}" = "$0" ] || return 0

python_environment
[ "${1:-}" = python ] && exit
docker_engine
.venv/bin/python -m aurora.drivers.images.base_image >/dev/null || fail "the sandbox image could not be built" "see above"
