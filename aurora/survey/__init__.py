"""A repository at its base commit, as worker and client look at it before a task begins."""
