"""Git on the host: bases fetched, commits delivered, repositories of users opened safely."""
