#!/bin/sh
# Run as root in the builder, with network and without the repository's code: packages of npm into /opt/project.
# $1: npm, pnpm or yarn; /opt/build/project: manifests, lock and settings as they lie below the folder installed from.
#
# First everything is fetched and no package's code runs. Then the registries' addresses and credentials are removed,
# and the packages' install scripts run as the test user, who can read neither root's files nor root's environment.
set -eu
manager=$1
export PATH=/opt/node/bin:$PATH HOME=/opt/build CI=1 npm_config_cache=/opt/build/cache npm_config_logs_max=0
# a package from git is prepared by its own scripts and settings, flags or not: npm's `git=` of an .npmrc in it is run
export npm_config_ignore_scripts=true npm_config_allow_git=none npm_config_git=/usr/bin/git GIT_ALLOW_PROTOCOL=none
managers=/opt/managers/node_modules
mkdir -p /opt/project
cp -R /opt/build/project/. /opt/project
cd /opt/project
pnpm() { node $managers/pnpm/bin/pnpm.mjs "$@"; }

case $manager in
npm)
    if [ -f package-lock.json ] || [ -f npm-shrinkwrap.json ]; then
        npm ci --ignore-scripts --no-audit --no-fund >/opt/build/install.log 2>&1 ||
            { sed '/^npm error Clean install a project/,/^npm error Run "npm help/d' /opt/build/install.log; exit 1; }
    else
        npm install --ignore-scripts --no-audit --no-fund --no-package-lock
    fi
    ;;
pnpm)
    # another version than the lock was made by may be named in it; it is neither fetched nor minded
    frozen=--frozen-lockfile
    [ -f pnpm-lock.yaml ] || frozen=--no-frozen-lockfile
    pnpm install $frozen --ignore-scripts --ignore-pnpmfile --store-dir /opt/build/store --reporter=append-only
    ;;
yarn)
    # without a lock the newer Yarn: only manifests that the older one does not understand come here so
    [ -f yarn.lock ] || printf '__metadata:\n  version: 8\n' >yarn.lock
    if grep -q '^__metadata:' yarn.lock; then
        # a lock of an older Yarn is rewritten by a newer one, and then not the same
        [ "$(sed -n 's/^  version: //p' yarn.lock | head -1)" = 10 ] || export YARN_ENABLE_IMMUTABLE_INSTALLS=false
        YARN_GLOBAL_FOLDER=/opt/build/berry node $managers/@yarnpkg/cli-dist/bin/yarn.js install --mode=skip-build
    else
        python3 -I /opt/build/yarn_lock.py "$(npm config get registry)" /opt/build/.npmrc yarn.lock
        strict=--ignore-engines
        grep -qx 'engine-strict=true' .npmrc 2>/dev/null && strict=
        # shellcheck disable=SC2086
        node $managers/yarn/bin/yarn.js install --frozen-lockfile --ignore-scripts --non-interactive --no-progress \
            --cache-folder /opt/build/cache $strict
    fi
    ;;
esac

rm -rf /opt/build/.npmrc /opt/build/.yarnrc.yml /opt/build/cache /opt/build/berry
mkdir -p /opt/project/node_modules
chown -hR 1002:1002 /opt/project
mkdir -m 700 /tmp/scripts
chown 1002:1002 /tmp/scripts
as_tester() {
    set -- setpriv --reuid 1002 --regid 1002 --clear-groups --no-new-privs env -i PATH="$PATH" HOME=/tmp/scripts \
        TMPDIR=/tmp/scripts LANG=C.UTF-8 CI=1 npm_config_nodedir=/opt/node npm_config_update_notifier=false npm_config_logs_max=0 \
        PUPPETEER_SKIP_DOWNLOAD=1 CYPRESS_INSTALL_BINARY=0 PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 \
        ELECTRON_SKIP_BINARY_DOWNLOAD=1 PRISMA_SKIP_POSTINSTALL_GENERATE=1 HUSKY=0 "$@"
    for name in NODE_EXTRA_CA_CERTS SSL_CERT_FILE http_proxy https_proxy no_proxy HTTP_PROXY HTTPS_PROXY NO_PROXY; do
        eval "value=\${$name:-}"
        case $value in
        "" | *@*) ;; # not one with a password
        *) set -- env "$name=$value" "$@" ;;
        esac
    done
    "$@"
}
# the settings are JSON here; a name may bear versions (`nx@21 || 22`)
allowed_builds='Object.entries(JSON.parse(fs.readFileSync("pnpm-workspace.yaml", "utf8")).allowBuilds ?? {})
    .filter(([, allowed]) => allowed === true).map(([name]) => name.replace(/(?<=.)@.*$/s, "")).join("\n")'
scripts() {
    if [ "$manager" = pnpm ]; then
        # those that the project allows, each by its name: without -r only what the manifest at the top depends on is
        # built, and -r without names ends at the first package that was not hoisted (ERR_PNPM_MISSING_HOISTED_LOCATIONS)
        [ -f pnpm-workspace.yaml ] || return 0
        for allowed in $(node -p "$allowed_builds"); do
            as_tester node $managers/pnpm/bin/pnpm.mjs rebuild -r --reporter=append-only "$allowed" || return 1
        done
    else
        as_tester npm rebuild --no-audit --no-fund
    fi
}
if ! scripts >/opt/build/scripts.log 2>&1; then
    # most often native code for which there is no ready build: only now, and only here, a compiler
    echo "install scripts failed without a compiler; installing one and trying again"
    kept=$(apt-mark showmanual)
    { apt-get update -q && apt-get install -qy --no-install-recommends g++ make; } >/opt/build/apt.log 2>&1 ||
        { cat /opt/build/scripts.log /opt/build/apt.log; exit 1; }
    scripts || exit 1
    # shellcheck disable=SC2086
    apt-mark auto g++ make >/dev/null && apt-mark manual $kept >/dev/null
    apt-get purge -qy --auto-remove g++ make >/opt/build/apt.log 2>&1 || true
    rm -rf /var/lib/apt/lists/* /var/cache/apt/*
fi
tries=50
while ps -u 1002 -o pid= | grep -q .; do
    setpriv --reuid 1002 --regid 1002 --clear-groups sh -c 'kill -9 -1' || true
    tries=$((tries - 1))
    [ $tries -gt 0 ] || { echo "error: processes that install scripts started do not end"; exit 1; }
    sleep 0.1
done
find /opt/project -type d \( -name obj.target -o -name .deps \) -path '*/build/Release/*' -prune -exec rm -rf {} +
chown -hR 0:0 /opt/project
rm -rf /tmp/scripts
(cd /opt/build/project && find . -type f) | (cd /opt/project && while IFS= read -r path; do rm -f "$path"; done)
ln -sfn /opt/project/node_modules /node_modules
