"""Interceptors of every activity."""
