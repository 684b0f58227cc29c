"""Environment variables that are read beside those of the worker's settings, with what each is for.

A variable that the code reads stands here or is a field of `WorkerSettings`; `reference` writes both into one document.
"""

from collections.abc import Iterator
from typing import NamedTuple


class Variable(NamedTuple):
    names: str
    """One name, or several with a blank between them."""
    use: str


GROUPS: dict[str, tuple[Variable, ...]] = {
    "The command line and the daemon": (
        Variable("AURORA_SETTINGS", "Path of the YAML file with the worker's settings. Unset: variables alone."),
        Variable("AURORA_DEBUG", "`1`: an internal error is printed with its whole traceback, not written to a log."),
        Variable("XDG_STATE_HOME", "Parent of the state folder where `home` is not set; only an absolute path counts."),
        Variable("VISUAL EDITOR", "Editor for a long answer at a terminal; the first that is set."),
        Variable("SUDO_UID", "Under sudo: the user whose repositories count as one's own."),
    ),
    "Model": (
        Variable("ANTHROPIC_API_KEY", "Key of the provider `default`."),
        Variable("ANTHROPIC_BASE_URL", "Address of the provider `default`; unset: the service's own."),
    ),
    "Temporal": (
        Variable(
            "TEMPORAL_ADDRESS TEMPORAL_NAMESPACE TEMPORAL_PROFILE",
            "Cluster to use instead of the embedded server. Other `TEMPORAL_*` variables (TLS, API key) are read by "
            "Temporal's own client configuration.",
        ),
    ),
    "Docker engine": (
        Variable("DOCKER_HOST", "Address of the engine; unset: the local socket."),
        Variable("DOCKER_TLS_VERIFY DOCKER_CERT_PATH", "TLS of that address, as the docker command reads them."),
    ),
    "Packages of a project, given to the builder of its image only": (
        Variable("HTTP_PROXY HTTPS_PROXY NO_PROXY http_proxy https_proxy no_proxy", "Proxies."),
        Variable("UV_DEFAULT_INDEX UV_INDEX_URL PIP_INDEX_URL", "Index of Python packages; the first that is set."),
        Variable("UV_INDEX UV_EXTRA_INDEX_URL PIP_EXTRA_INDEX_URL", "Further indexes; the first that is set."),
        Variable("UV_INDEX_<NAME>_USERNAME UV_INDEX_<NAME>_PASSWORD", "Credentials of an index."),
        Variable("NPM_CONFIG_REGISTRY npm_config_registry", "Registry of npm's packages."),
        Variable("NPM_CONFIG_USERCONFIG npm_config_userconfig", "File of npm's settings; unset: `~/.npmrc`."),
        Variable(
            "SSL_CERT_FILE REQUESTS_CA_BUNDLE CURL_CA_BUNDLE PIP_CERT NODE_EXTRA_CA_CERTS",
            "File of CA certificates; the first that is set and exists.",
        ),
    ),
    "git, where a remote is spoken to": (
        Variable(
            "GIT_SSH GIT_SSH_COMMAND GIT_SSH_VARIANT GIT_ASKPASS GIT_PROXY_COMMAND GIT_PROXY_SSL_CAINFO GIT_SSL_CAINFO "
            "GIT_SSL_CAPATH GIT_SSL_CERT GIT_SSL_KEY GIT_CONFIG_GLOBAL GIT_CONFIG_SYSTEM GIT_CONFIG_NOSYSTEM",
            "Passed on to git; every other `GIT_*` variable is left out.",
        ),
    ),
    "Inside the sandbox, set by the worker for its own programs (not for people)": (
        Variable("AURORA_EVENTS_FD", "Descriptor of the pipe that takes the events of a test run."),
        Variable("AURORA_KEY_FD", "Descriptor of the pipe with the key of the events' seals."),
        Variable("AURORA_REPOSITORY", "The repository's root, relative to the working directory."),
        Variable("AURORA_TEST_FILES", "JSON list of regular expressions, each for the whole path of a test file."),
        Variable("AURORA_COVERAGE", "JSON list of the paths whose lines are counted."),
        Variable(
            "AURORA_MIGRATIONS",
            "JSON of the migrations to compare with the models: folders that are imported from, files left out.",
        ),
        Variable("AURORA_WATCH", "JSON of the changed lines by path, and of what is observed in a run of the tests."),
        Variable("AURORA_WATCHED", "JSON of the folder where Node's processes tell what they observed."),
        Variable("AURORA_MEASURED", "JSON of what processes of node:test measure, and the folder where they say it."),
        Variable("AURORA_IMPORTS", "JSON of the modules to import, and of the folders they are imported from."),
        Variable(
            "AURORA_SENTINELS", "Random text from which the sentinel tests of a run of node:test take their names."
        ),
    ),
}


def every_name() -> Iterator[str]:
    for group in GROUPS.values():
        for variable in group:
            yield from variable.names.split()
