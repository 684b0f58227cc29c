"""Packages of Debian that Python packages need beside themselves: to be imported, or to be built from source."""

import re
from collections.abc import Iterable

from packaging.requirements import InvalidRequirement, Requirement

from aurora.toolchains.python.declared import name_of

AT_RUN_TIME = {
    "python-magic": ("libmagic1",),
    "weasyprint": ("libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0"),
    "cairosvg": ("libcairo2",),
    "cairocffi": ("libcairo2",),
    "pyzbar": ("libzbar0",),
    "pytesseract": ("tesseract-ocr",),
    "pdf2image": ("poppler-utils",),
    "python-ldap": ("libldap-common",),
    "psycopg": ("libpq5",),
}  # fmt: skip
"""Libraries that a wheel does not carry."""
TO_BUILD = {
    "psycopg2": ("libpq-dev",),
    "psycopg2-binary": ("libpq-dev",),
    "psycopg-c": ("libpq-dev",),
    "mysqlclient": ("default-libmysqlclient-dev",),
    "mariadb": ("libmariadb-dev",),
    "python-ldap": ("libldap2-dev", "libsasl2-dev"),
    "pygraphviz": ("libgraphviz-dev",),
    "pycairo": ("libcairo2-dev",),
    "pygobject": ("libgirepository1.0-dev", "libcairo2-dev"),
    "dbus-python": ("libdbus-1-dev", "libglib2.0-dev"),
    "pycurl": ("libcurl4-openssl-dev", "libssl-dev"),
    "pysqlite3": ("libsqlite3-dev",),
    "pyodbc": ("unixodbc-dev",),
    "lxml": ("libxml2-dev", "libxslt1-dev"),
    "xmlsec": ("libxml2-dev", "libxmlsec1-dev", "libxmlsec1-openssl"),
    "pillow": ("libjpeg-dev", "zlib1g-dev", "libfreetype-dev"),
    "cffi": ("libffi-dev",),
    "cryptography": ("libssl-dev", "libffi-dev"),
    "m2crypto": ("libssl-dev", "swig"),
    "gssapi": ("libkrb5-dev",),
    "python-snappy": ("libsnappy-dev",),
    "plyvel": ("libleveldb-dev",),
    "confluent-kafka": ("librdkafka-dev",),
    "pymssql": ("freetds-dev",),
    "uwsgi": (),
    "cx-oracle": (),
}  # fmt: skip
"""Headers, beside a compiler."""
INSTEAD = {
    "psycopg2": "psycopg2-binary is the same package ready made",
    "psycopg-c": "psycopg-binary is the same package ready made",
    "mysqlclient": "pymysql needs none",
    "python-ldap": "ldap3 needs none",
    "pysqlite3": "pysqlite3-binary is the same package ready made",
    "cx-oracle": "oracledb needs none",
}
_NO_WHEEL = frozenset(
    {"psycopg2", "psycopg-c", "mysqlclient", "python-ldap", "uwsgi", "pygraphviz", "pycairo", "dbus-python",
     "cx-oracle", "pysqlite3", "pygobject", "xmlsec", "m2crypto", "gssapi", "plyvel", "mariadb"}
)  # fmt: skip
"""Those that usually come as source."""


def to_import(requirements: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Requirement -> packages of Debian without which it can't be imported."""
    lines = tuple(requirements)
    names = {name_of(line) for line in lines}
    carried = names & {"psycopg-binary", "psycopg-c"} or any(_extras(line) & {"binary", "c"} for line in lines)
    found = {name: AT_RUN_TIME[name] for name in sorted(names & AT_RUN_TIME.keys())}
    if carried:
        found.pop("psycopg", None)
    return found


def to_build(requirements: Iterable[str]) -> tuple[str, ...]:
    """Packages of Debian with the headers that some of these need where no wheel fits."""
    names = {name_of(line) for line in requirements}
    if any(name_of(line) == "psycopg" and "c" in _extras(line) for line in requirements):
        names.add("psycopg-c")
    return tuple(sorted({package for name in names & TO_BUILD.keys() for package in TO_BUILD[name]}))


def notes(requirements: Iterable[str]) -> tuple[str, ...]:
    """Notes on the packages installed beside the others, a sentence each."""
    lines = tuple(requirements)
    said = [f"{', '.join(packages)} of Debian for {name}" for name, packages in to_import(lines).items()]
    for name in sorted({name_of(line) for line in lines} & _NO_WHEEL):
        headers = f" and {', '.join(TO_BUILD[name])} of Debian" if TO_BUILD[name] else ""
        other = f"; {INSTEAD[name]}" if name in INSTEAD else ""
        said.append(f"{name} may have no wheel: it is built in the image, with a compiler{headers}{other}")
    return tuple(said)


def _extras(line: str) -> set[str]:
    if not re.match(r"\s*psycopg\b", line):
        return set()
    try:
        return set(Requirement(line).extras)
    except (InvalidRequirement, RecursionError):
        return set()
