"""The evidence of a commit for people: one page, and its forms as HTML and as Markdown."""
