#!/bin/sh
# Run as root in the builder, with network and without the project's code: packages into manifest and lock.
# $1: npm, pnpm or yarn; $2: folder below /opt/build/project; then the packages. No package's code runs.
set -eu
manager=$1 folder=$2
shift 2
export PATH=/opt/node/bin:$PATH HOME=/opt/build CI=1 npm_config_cache=/opt/build/cache npm_config_logs_max=0
export npm_config_ignore_scripts=true npm_config_allow_git=none npm_config_git=/usr/bin/git GIT_ALLOW_PROTOCOL=none
managers=/opt/managers/node_modules
cd "/opt/build/project/$folder"
npm config get registry >/opt/build/registry
case $manager in
npm)
    npm install --package-lock-only --ignore-scripts --no-audit --no-fund --save "$@"
    ;;
pnpm)
    node $managers/pnpm/bin/pnpm.mjs add --lockfile-only --ignore-scripts --ignore-pnpmfile \
        --store-dir /opt/build/store --reporter=append-only "$@"
    ;;
yarn)
    YARN_GLOBAL_FOLDER=/opt/build/berry YARN_ENABLE_IMMUTABLE_INSTALLS=false \
        node $managers/@yarnpkg/cli-dist/bin/yarn.js add --mode=update-lockfile "$@"
    ;;
esac
