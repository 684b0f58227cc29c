"""Red tests of several frameworks, each with the kind that it must have: right ones, and near misses.

A corpus is (files of the project, tests): each test's name begins with the kind it is due, `absent__header`.
"""
