"""A strict local double of the Messages API: it refuses what the service refuses, bills by the service's cache rules,
plays a scenario file, injects faults, or is played by hand. Run it as `python -m aurora.messages_double --help`."""
