"""The command line's composition root: the daemon, its state folder, and the drivers a client needs."""
