def test_items_are_listed_by_name(client):
    answer = client.get("/items")
    assert answer.status_code == 200
    assert [item["name"] for item in answer.json()] == ["bread", "tea"]
