"""Perl, which the product does not have: the package that `aurora/toolchains/perl/` would be, for tests."""
