"""The map of a repository that a brief shows: ranked by the task, folded, bounded; the same bytes for the same tree."""
