"""Applications that turn against whoever serves and drives them."""
