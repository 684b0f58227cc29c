#!/bin/sh
# Run as root in the builder, with network: users, folders and tools of the sandbox.  $@: tools, each pinned.
# PACKAGES: of Debian, for the languages.
set -eu
if ! command -v python3 >/dev/null || ! command -v git >/dev/null || ! command -v ps >/dev/null; then
    apt-get update -q
    apt-get install -qy --no-install-recommends python3 python3-venv git procps ca-certificates
fi
# shellcheck disable=SC2086
if [ -n "$PACKAGES" ] && ! dpkg -s $PACKAGES >/dev/null 2>&1; then
    apt-get update -q
    apt-get install -qy --no-install-recommends $PACKAGES
fi
for user in tool:1000 keeper:1001 tester:1002; do
    getent passwd "${user#*:}" >/dev/null || echo "${user%:*}:x:${user#*:}:${user#*:}::/nonexistent:/usr/sbin/nologin" >>/etc/passwd
    getent group "${user#*:}" >/dev/null || echo "${user%:*}:x:${user#*:}:" >>/etc/group
done
rm -rf /work
mkdir -p /opt/aurora
python3 -m venv --clear /opt/tools
/opt/tools/bin/python -m pip install --quiet --no-cache-dir --only-binary :all: "$@"
/opt/tools/bin/python -m pip uninstall --quiet --yes pip setuptools
python3 -m compileall -q "$(python3 -c 'import sysconfig; print(sysconfig.get_path("stdlib"))')" >/dev/null || true
/opt/tools/bin/python -m compileall -q /opt/tools/lib >/dev/null || true
rm -rf /var/lib/apt/lists/* /var/cache/apt/* /root/.cache
