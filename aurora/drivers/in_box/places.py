"""Paths and users inside the sandbox: one place for both sides of the stream."""

TOOL_UID = 1000
"""Owns the draft; runs git, ruff and black, never project code."""
KEEPER_UID = 1001
"""Holds the container open; owns nothing."""
TEST_UID = 1002
"""Runs project code, in a throwaway copy."""

WORK = "/work"
DRAFT = "/work/draft"
GIT = "/work/git"
PRIVATE = "/work/private"
COPY = "/work/tree"
"""The place where the tests' copy stands: fixed, because the dependency image's `.pth` names it."""
TEST_TEMP = "/tmp/tests"  # noqa: S108 - a tmpfs of this container alone
SERVICES = "/tmp/services"  # noqa: S108 - likewise
"""Data and logs of the services that tests ask for."""

DEPENDENCIES = "/opt/deps"
TOOLS = "/opt/tools"
CONTRACT = "/opt/contract"
"""The environment of the driver that exercises a served application."""
PLUGINS = "/opt/aurora/plugins"
CODE_SUFFIXES = "/opt/aurora/in_box/code_suffixes.json"
"""Suffixes of the source files of every language, as a JSON list."""
NODE = "/opt/node"
MANAGERS = "/opt/managers"
"""pnpm and Yarn, for the builder."""
PROJECT = "/opt/project"
"""The place where a Node project's manifests were installed from; `/node_modules` leads to its packages."""
MEMBERS = f"{PROJECT}/members.json"
"""Members of a workspace: a member's folder in the repository -> its own node_modules folder in the image."""

PATH = f"{DEPENDENCIES}/bin:{TOOLS}/bin:{NODE}/bin:/usr/local/bin:/usr/bin:/bin:/node_modules/.bin"
"""A Node package names its commands as it likes, `git` or `node` too: those come last."""
