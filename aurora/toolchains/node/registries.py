"""This host's npm registries and their credentials, as the package managers' own files in the builder's home.

Read where npm itself reads them: `NPM_CONFIG_USERCONFIG`, else `~/.npmrc`, and the environment's `npm_config_registry`.
The files are removed before any package's code runs and before the image is kept.
"""

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path

from aurora.toolchains.image_recipe import PASSED_ON, on_this_host

REGISTRY = re.compile(r"(@[^/:\s]+:)?registry")
"""`registry`, `@scope:registry`."""
CREDENTIAL = re.compile(r"(//\S+?):(_authToken|_auth|username|_password)")
PASSED = ("strict-ssl", "fetch-retries", "fetch-timeout", "maxsockets", "proxy", "https-proxy", "noproxy")
VARIABLE = re.compile(r"\$\{([^}]+)\}")
NPM = {"audit": "false", "fund": "false", "update-notifier": "false"}


def settings() -> dict[str, str]:
    """The worker's npm settings that say where packages come from; a key that leads to this host itself is none."""
    found: dict[str, str] = {}
    for key, value in _lines():
        known = REGISTRY.fullmatch(key) or CREDENTIAL.fullmatch(key) or key in PASSED
        if known and not on_this_host(value):
            found[key] = VARIABLE.sub(lambda match: os.environ.get(match[1], ""), value)
    for name in ("npm_config_registry", "NPM_CONFIG_REGISTRY"):
        if (value := os.environ.get(name, "")).startswith("http") and not on_this_host(value):
            found["registry"] = value
    return found


def files() -> dict[str, bytes]:
    """`.npmrc` (npm, pnpm, Yarn 1) and `.yarnrc.yml` (Yarn 2 and later) of the builder's home."""
    configured = settings()
    npmrc = "".join(f"{key}={value}\n" for key, value in {**NPM, **configured}.items())
    return {".npmrc": npmrc.encode(), ".yarnrc.yml": json.dumps(_yarn(configured), indent=1).encode()}


def _lines() -> Iterator[tuple[str, str]]:
    names = ("NPM_CONFIG_USERCONFIG", "npm_config_userconfig")
    named = next((value for name in names if (value := os.environ.get(name))), None)
    path = Path(named) if named else Path.home() / ".npmrc"
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        return
    for line in text.splitlines():
        key, sign, value = line.partition("=")
        if sign and not key.lstrip().startswith((";", "#")):
            yield key.strip(), value.strip().strip("\"'")


def _yarn(configured: dict[str, str]) -> dict[str, object]:
    """JSON is YAML. Yarn 2 and later reads no `.npmrc` and no proxy of the environment."""
    made: dict[str, object] = {"enableTelemetry": False}
    names = {"registry": "npmRegistryServer", "proxy": "httpProxy", "https-proxy": "httpsProxy"}
    for variable in PASSED_ON:
        theirs = {"http_proxy": "httpProxy", "https_proxy": "httpsProxy"}.get(variable.lower())
        if theirs and (value := os.environ.get(variable)) and not on_this_host(value):
            made[theirs] = value
    scopes: dict[str, dict[str, str]] = {}
    registries: dict[str, dict[str, object]] = {}
    for key, value in configured.items():
        if key in names:
            made[names[key]] = value
        elif key.endswith(":registry"):
            scopes[key.removeprefix("@").removesuffix(":registry")] = {"npmRegistryServer": value}
        elif credential := CREDENTIAL.fullmatch(key):
            name = {"_authToken": "npmAuthToken", "_auth": "npmAuthIdent"}.get(credential[2])
            if name:
                registries.setdefault(credential[1], {})[name] = value
    if scopes:
        made["npmScopes"] = scopes
    if registries:
        made["npmRegistries"] = registries
    return made
