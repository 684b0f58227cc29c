"""Images: the base, the dependencies of a project, its services, and their retention."""
