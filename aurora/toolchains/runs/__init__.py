"""A run of any runner's tests or linters, read and judged the same way for every language."""
