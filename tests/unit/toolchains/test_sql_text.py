"""The texts that are SQL, and those that select every column of a table."""

import pytest

from aurora.toolchains.sql_text import parsed, selects_all


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * FROM orders",
        "select\n  *\nfrom orders where id = %s",
        "SELECT o.* FROM orders o JOIN customers c ON c.id = o.customer_id",
        "SELECT id, o.* FROM orders AS o WHERE id = :id",
        "SELECT * FROM orders WHERE id = $1 FOR UPDATE",
        "SELECT * FROM `orders` WHERE id = ?",
        "WITH a AS (SELECT * FROM orders) SELECT id FROM a",
        "SELECT id FROM (SELECT * FROM orders) AS t",
        "INSERT INTO archive SELECT * FROM orders",
        "SELECT DISTINCT * FROM a LIMIT 1",
        "SELECT * FROM a UNION ALL SELECT * FROM b",
    ],
)
def test_every_column_of_a_table_is_seen(text):
    assert selects_all(text)


@pytest.mark.parametrize(
    "text",
    [
        "SELECT COUNT(*) FROM orders",
        "SELECT id FROM a WHERE EXISTS (SELECT * FROM b WHERE b.id = a.id)",
        "SELECT a * b FROM prices",
        "WITH a AS (SELECT id FROM orders) SELECT * FROM a",
        "SELECT * FROM (SELECT id FROM orders) AS t",
        "DELETE FROM orders WHERE id = ?",
        "Select * the best of all",
        "select the row from the table that * marks",
        "UPDATE orders SET a = 1",
        "RETURNING *",
        "",
        "SELECT * " + "x" * 30_000,
    ],
)
def test_what_names_its_columns_or_is_no_sql_is_left_alone(text):
    assert not selects_all(text)


def test_prose_that_begins_like_a_statement_is_none():
    assert not parsed("Update the orders of a customer.") and not parsed("select one of these")
    assert parsed("UPDATE orders SET paid = %(paid)s WHERE id = %(id)s")
