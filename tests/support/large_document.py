"""A document of twenty operations, more than a brief shows whole."""

from typing import Any

NAMES = ("order", "customer", "invoice", "parcel", "warehouse")
NEXT = {"order": "Customer", "customer": "Invoice", "parcel": "Warehouse", "warehouse": "Order"}


def shop() -> dict[str, Any]:
    """Five resources of four operations, each with a schema that refers to the next."""
    paths: dict[str, Any] = {}
    schemas: dict[str, Any] = {}
    for name in NAMES:
        one, ref = name.title(), {"$ref": f"#/components/schemas/{name.title()}"}
        body = {"content": {"application/json": {"schema": ref}}}
        ok = {"200": {"description": "ok", **body}, "404": {"$ref": "#/components/responses/Missing"}}
        paths[f"/{name}s"] = {
            "get": {"operationId": f"list{one}s", "tags": [name], "summary": f"List {name}s", "responses": ok},
            "post": {"operationId": f"create{one}", "tags": [name], "summary": f"Add one {name}", "requestBody": body,
                     "security": [{"key": []}], "responses": ok},
        }  # fmt: skip
        paths[f"/{name}s/{{id}}"] = {
            "parameters": [{"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}],
            "get": {"operationId": f"get{one}", "tags": [name], "responses": ok},
            "delete": {"operationId": f"delete{one}", "tags": [name], "summary": f"Drop one {name}", "responses": ok},
        }
        schemas[one] = {
            "type": "object",
            "description": "Words.\n\nMore words: yes.",
            "x-own": [1, "no", "1.0"],
            "properties": {"next": {"$ref": f"#/components/schemas/{NEXT[name]}"}} if name in NEXT else {},
        }
    return {
        "openapi": "3.1.0",
        "info": {"title": "Shop", "version": "1", "description": "Long. " * 800},
        "tags": [{"name": name, "description": f"About {name}s."} for name in NAMES],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "responses": {"Missing": {"description": "none"}, "Unused": {"description": "no"}},
            "securitySchemes": {"key": {"type": "apiKey", "name": "k", "in": "header"}},
        },
    }


SHOP = shop()
