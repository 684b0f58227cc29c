"""Parts of a corpus that is too long for one file."""
