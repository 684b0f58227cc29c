"""The meaning of git's messages about a remote: it has one exit code for everything that can go wrong."""

import re

from aurora.drivers.git.process import GitFailed, first_line
from aurora.errors import AuroraError, CredentialsRefused, Refusal, TransientError
from aurora.survey.remote_address import without_credentials

NO_RIGHT = re.compile(
    r"Authentication failed|could not read (Username|Password)|terminal prompts disabled|Permission denied|"
    r"Host key verification failed|returned error: 40[13]|Permission to \S+ denied|Access denied|"
    r"HTTP Basic: Access denied|invalid credentials|not authorized",
    re.IGNORECASE,
)
NO_REPOSITORY = re.compile(
    r"does not appear to be a git repository|repository .*not found|returned error: 404|no such repository|"
    r"transport '.*' not allowed|unable to find remote helper|not a valid url|URL using bad/illegal format",
    re.IGNORECASE,
)
BROKEN = re.compile(r"fsck error|error in packed object|error: object [0-9a-f]{40}:|invalid index-pack|bad object")
OTHER_FORMAT = re.compile(r"mismatched algorithms|unknown object format|object-format")
VIEW = re.compile(r"(?:file://)?/[^\s']*/aurora-view-\w+")
"""The place where a repository on this disk is served from; gone when the message is read."""


def shown(url: str) -> str:
    """The URL, or a text with URLs, without name and password."""
    return VIEW.sub("the repository", without_credentials(url))


def meant(failed: GitFailed, url: str) -> AuroraError:
    """The error to raise. What nobody knows is taken for trouble of the network, which is tried again."""
    said, where = shown(first_line(failed.said)), shown(url)
    if NO_RIGHT.search(failed.said):
        return CredentialsRefused(f"{where} refused the worker's git credentials: {said}")
    if NO_REPOSITORY.search(failed.said):
        return Refusal(f"{where} is no git repository that the worker can reach: {said}", "Check the address.")
    if OTHER_FORMAT.search(failed.said):
        return Refusal(f"{where} is not a SHA-1 repository, the only kind Aurora works with: {said}")
    if BROKEN.search(failed.said):
        return Refusal(f"{where} holds objects that do not pass git's check: {said}", "Look at it with `git fsck`.")
    return TransientError(f"{where} could not be reached: {said}")
