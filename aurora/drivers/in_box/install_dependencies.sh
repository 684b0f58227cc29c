#!/bin/sh
# Run as root in the builder, with network and without the repository: the project's packages into /opt/deps.
set -eu
cd /opt/build
uv=/opt/tools/bin/uv
export UV_NO_CACHE=1 UV_LINK_MODE=copy UV_PYTHON_DOWNLOADS=never UV_NO_CONFIG=1
$uv venv --quiet --python "$(command -v python3)" /opt/deps
pip() { $uv pip install --python /opt/deps/bin/python "$@"; }
if [ -s requirements.txt ]; then
    # versions are chosen as a person's own install would choose them: wheels alone would silently take older ones
    if ! pip -r requirements.txt -c constraints.txt >install.log 2>&1; then
        echo "a source distribution did not build here; taking the newest versions that have wheels"
        pip --only-binary :all: -r requirements.txt -c constraints.txt || { cat install.log; exit 1; }
    fi
fi
/opt/deps/bin/python -c 'import pytest' 2>/dev/null || pip --only-binary :all: pytest -c constraints.txt || pip --only-binary :all: pytest
[ ! -s project.json ] || /opt/deps/bin/python -I /opt/aurora/in_box/register_project.py <project.json
/opt/deps/bin/python -m compileall -q -j 0 /opt/deps/lib >/dev/null 2>&1 || true
