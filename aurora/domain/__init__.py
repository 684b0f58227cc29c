"""The values that travel: between steps, into Temporal's history, and into the evidence.

Everything here is frozen; a method gives a new value. Whatever can grow with a repository, a model's reply or a
person's prose is held as an artifact's digest or clipped by its producer, so that a history stays small.
Money is counted in whole microdollars, time in whole seconds since the epoch (UTC).
"""
