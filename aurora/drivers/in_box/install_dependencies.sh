#!/bin/sh
# Run as root in the builder, with network and without the repository: the project's packages into /opt/deps.
set -eu
cd /opt/build
uv=/opt/tools/bin/uv
export UV_NO_CACHE=1 UV_LINK_MODE=copy UV_PYTHON_DOWNLOADS=never UV_NO_CONFIG=1
python=$(command -v python3)
$uv venv --quiet --python "$python" /opt/deps
pip() { $uv pip install --python /opt/deps/bin/python "$@"; }
debian() { sh /opt/aurora/in_box/install_debian.sh "$@"; }

built() {
    # only now, and only here, a compiler: most projects need none
    grep -qE 'Failed to build|build backend returned an error|Failed to download and build' install.log || return 1
    echo "a source distribution did not build without a compiler; installing one and trying again"
    kept=$(apt-mark showmanual)
    headers=python3-dev
    include=$($python -c 'import sysconfig; print(sysconfig.get_path("include"))')
    [ ! -e "$include/Python.h" ] || headers=
    # shellcheck disable=SC2086
    debian g++ make pkg-config $headers $(cat headers.txt) >apt.log 2>&1 ||
        debian g++ make pkg-config $headers >>apt.log 2>&1 || { tail -3 apt.log; return 1; }
    result=0
    pip -r requirements.txt -c constraints.txt >compiled.log 2>&1 || result=$?
    # what was linked stays, the rest goes
    find /opt/deps -name '*.so*' -type f -exec ldd {} + 2>/dev/null | awk '$2 == "=>" && $3 ~ /^\// { print $3 }' |
        sort -u | while IFS= read -r path; do readlink -f "$path"; done | xargs -r dpkg -S 2>/dev/null | cut -d: -f1 |
        sort -u >linked.txt || true
    # shellcheck disable=SC2046
    apt-mark auto $(apt-mark showmanual) >/dev/null
    # shellcheck disable=SC2046,SC2086
    apt-mark manual $kept $(cat linked.txt) >/dev/null
    apt-get purge -qy --auto-remove -o DPkg::Options::=--force-unsafe-io >apt.log 2>&1 || true
    return $result
}

if [ -s requirements.txt ]; then
    # versions are chosen as a person's own install would choose them: wheels alone would silently take older ones
    if ! pip -r requirements.txt -c constraints.txt >install.log 2>&1 && ! built; then
        echo "a source distribution did not build here; taking the newest versions that have wheels"
        pip --only-binary :all: -r requirements.txt -c constraints.txt || { cat compiled.log 2>/dev/null || cat install.log; exit 1; }
    fi
fi
/opt/deps/bin/python -c 'import pytest' 2>/dev/null || pip --only-binary :all: pytest -c constraints.txt || pip --only-binary :all: pytest
[ ! -s project.json ] || /opt/deps/bin/python -I /opt/aurora/in_box/register_project.py <project.json
/opt/deps/bin/python -m compileall -q -j 0 /opt/deps/lib >/dev/null 2>&1 || true
