#!/bin/sh
# Run as root in the builder, with network: the environment of the driver that exercises served applications.
# $1: its packages, each pinned with its hashes, in the build folder.
set -eu
python3 -m venv --clear /opt/contract
/opt/contract/bin/python -m pip install --quiet --no-cache-dir --only-binary :all: --require-hashes -r "$1"
/opt/contract/bin/python -m pip uninstall --quiet --yes pip setuptools
site=$(/opt/contract/bin/python -I -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
# so that `-I -m exercise` finds it: it is copied with the other servers, and a change of it installs nothing
ln -s /opt/aurora/in_box/exercise "$site/exercise"
find "$site" -type d -name tests -prune -exec rm -rf {} +
/opt/contract/bin/python -m compileall -q /opt/contract/lib >/dev/null || true
rm -rf /root/.cache
