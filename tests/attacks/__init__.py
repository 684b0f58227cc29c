"""Whole tasks with a hijacked model: its replies are scripted, everything else is real."""
