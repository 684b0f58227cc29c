import pytest

from aurora.contract.clauses import names, unnamed

DOCUMENT = """\
openapi: 3.0.3
paths:
  /users:
    post: {responses: {201: {description: a}, 409: {description: b}, default: {description: c}}}
    get: {responses: {200: {description: a}}}
"""


@pytest.mark.parametrize(
    ("text", "clause", "said"),
    [
        ('"""POST /users 409: the name is taken."""', "POST /users 409", True),
        ("it('POST /users answers 409 for a taken name')", "POST /users 409", True),
        ("# `POST /users` -> 409", "POST /users 409", True),
        ("GET /users/{user_id}/orders: 404", "GET /users/{id}/orders 404", True),
        ("GET /users/17/orders gives 404", "GET /users/{id}/orders 404", True),
        ("GET /users/17/orders gives 404", "GET /users/{id} 404", False),
        ("POST /users/17 409", "POST /users 409", False),
        ("POST /users 4090", "POST /users 409", False),
        ("POST /users", "POST /users 409", False),
    ],
)
def test_a_clause_is_named_by_operation_and_status(text, clause, said):
    assert names(text, clause) is said


def test_only_clauses_of_planned_operations_that_no_test_names_are_told():
    tests = ("def test_new():\n    '''POST /users\n    201'''\n",)
    assert unnamed(DOCUMENT, "a.yaml", ("post /users",), tests) == ("POST /users 409",)
    assert unnamed(DOCUMENT, "a.yaml", (), tests) == ()
