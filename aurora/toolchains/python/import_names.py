"""Import names whose distribution is called otherwise, and what serves the same purpose: for words, not for permission.

The dependency image's metadata decides what is there; this is for packages that are not in it."""

from collections.abc import Iterator

DISTRIBUTION_OF = {
    "attr": "attrs",
    "bs4": "beautifulsoup4",
    "cv2": "opencv-python",
    "Crypto": "pycryptodome",
    "dateutil": "python-dateutil",
    "discord": "discord-py",
    "docx": "python-docx",
    "dotenv": "python-dotenv",
    "fitz": "pymupdf",
    "git": "gitpython",
    "github": "pygithub",
    "google.protobuf": "protobuf",
    "jose": "python-jose",
    "jwt": "pyjwt",
    "magic": "python-magic",
    "MySQLdb": "mysqlclient",
    "multipart": "python-multipart",
    "nacl": "pynacl",
    "OpenSSL": "pyopenssl",
    "PIL": "pillow",
    "pkg_resources": "setuptools",
    "psycopg2": "psycopg2-binary",
    "rest_framework": "djangorestframework",
    "serial": "pyserial",
    "skimage": "scikit-image",
    "sklearn": "scikit-learn",
    "slugify": "python-slugify",
    "telegram": "python-telegram-bot",
    "usb": "pyusb",
    "win32api": "pywin32",
    "yaml": "pyyaml",
    "zmq": "pyzmq",
}

COMPANIONS = {
    "aiohttp": ("yarl", "multidict"),
    "ariadne": ("graphql-core", "starlette"),
    "boto3": ("botocore",),
    "celery": ("kombu",),
    "django": ("asgiref",),
    "django-ninja": ("pydantic",),
    "django-ninja-extra": ("django-ninja", "pydantic"),
    "fastapi": ("pydantic", "starlette", "typing-extensions"),
    "flask": ("werkzeug", "jinja2", "markupsafe", "click"),
    "flask-migrate": ("alembic",),
    "flask-sqlalchemy": ("sqlalchemy",),
    "graphene": ("graphql-core",),
    "pydantic": ("pydantic-core", "annotated-types", "typing-extensions"),
    "pydantic-settings": ("pydantic",),
    "requests": ("urllib3",),
    "sqlmodel": ("sqlalchemy", "pydantic"),
    "strawberry-graphql": ("graphql-core",),
}
"""Packages that a framework's own documentation tells its users to import: declared with it."""

_KIN = (
    ("httpx", "requests", "aiohttp", "urllib3", "niquests"),
    ("orjson", "ujson", "simplejson", "rapidjson"),
    ("python-dateutil", "pendulum", "arrow", "dateparser"),
    ("pyyaml", "ruamel-yaml"),
    ("pyjwt", "python-jose", "authlib", "jwcrypto"),
    ("passlib", "bcrypt", "argon2-cffi", "pwdlib"),
    ("sqlalchemy", "sqlmodel", "tortoise-orm", "peewee", "databases"),
    ("asyncpg", "psycopg", "psycopg2", "psycopg2-binary", "aiopg"),
    ("pydantic", "marshmallow", "attrs", "cattrs", "msgspec"),
    ("structlog", "loguru"),
    ("tenacity", "backoff", "retrying", "stamina"),
    ("celery", "rq", "dramatiq", "huey", "arq"),
    ("typer", "click", "docopt", "fire"),
    ("jinja2", "mako", "chevron"),
    ("lxml", "beautifulsoup4", "html5lib", "selectolax"),
    ("freezegun", "time-machine"),
    ("respx", "responses", "requests-mock", "pytest-httpx", "vcrpy"),
)


def alternatives(top: str, package: str) -> Iterator[str]:
    """Packages that serve the purpose of this one, the usual choice first."""
    for kin in _KIN:
        if package in kin or top in kin:
            yield from (other for other in kin if other not in (package, top))
