"""The Docker engine: connecting to it, and what it can and cannot do."""
