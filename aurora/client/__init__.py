"""The client: submit a task, see it, answer it, steer it. Every surface stands on it."""
