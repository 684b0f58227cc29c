"""Settings: of a repository (`aurora.yaml`), of a worker, and what a worker permits at most."""
