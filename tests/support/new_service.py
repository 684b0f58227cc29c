"""A service that is not there yet: its document, a manifest, settings and a page of rules."""

import shutil
from pathlib import Path

from tests.support.git_fixtures import git
from tests.support.house import EXAMPLES

DOCUMENT = """\
openapi: 3.1.0
info: { title: Shop, version: "1" }
paths:
  /users:
    post:
      operationId: create_user
      requestBody:
        required: true
        content: { application/json: { schema: { $ref: "#/components/schemas/NewUser" } } }
      responses:
        "201":
          description: created
          content: { application/json: { schema: { $ref: "#/components/schemas/User" } } }
        "422": { description: not as this document says }
  /users/{user_id}:
    get:
      operationId: read_user
      parameters:
        - { name: user_id, in: path, required: true, schema: { type: integer, minimum: 1 } }
      responses:
        "200":
          description: the user
          content: { application/json: { schema: { $ref: "#/components/schemas/User" } } }
        "404": { description: there is none }
        "422": { description: not as this document says }
  /orders:
    post:
      operationId: create_order
      requestBody:
        required: true
        content: { application/json: { schema: { $ref: "#/components/schemas/NewOrder" } } }
      responses:
        "201":
          description: created
          content: { application/json: { schema: { $ref: "#/components/schemas/Order" } } }
        "404": { description: there is no such user }
        "422": { description: not as this document says }
  /orders/{order_id}:
    get:
      operationId: read_order
      parameters:
        - { name: order_id, in: path, required: true, schema: { type: integer, minimum: 1 } }
      responses:
        "200":
          description: the order
          content: { application/json: { schema: { $ref: "#/components/schemas/Order" } } }
        "404": { description: there is none }
        "422": { description: not as this document says }
components:
  schemas:
    NewUser:
      type: object
      required: [name]
      properties: { name: { type: string, minLength: 1, maxLength: 100 } }
    User:
      allOf:
        - $ref: "#/components/schemas/NewUser"
        - { type: object, required: [id], properties: { id: { type: integer, minimum: 1 } } }
    NewOrder:
      type: object
      required: [user_id, item]
      properties:
        user_id: { type: integer, minimum: 1 }
        item: { type: string, minLength: 1, maxLength: 100 }
    Order:
      allOf:
        - $ref: "#/components/schemas/NewOrder"
        - { type: object, required: [id], properties: { id: { type: integer, minimum: 1 } } }
"""
RULES = "# Rules\n\nThe package is `shop`, its tests lie in `tests`. Data is kept in memory for now.\n"
SETTINGS = """\
agents:
  backend:
    model: claude-sonnet-5-5
    parts: {{ operations: 2 }}
    commits: {commits}
    review: "off"
    mutation: {{ enabled: false }}
"""


def new_service(folder: Path, commits: str = "each") -> Path:
    """A repository without a line of code."""
    folder.mkdir()
    shutil.copy(EXAMPLES / "shop" / "pyproject.toml", folder)
    (folder / "openapi.yaml").write_text(DOCUMENT)
    (folder / "README.md").write_text(RULES)
    (folder / "aurora.yaml").write_text(SETTINGS.format(commits=commits))
    git(folder, "init", "-q", "-b", "main")
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "Say what the shop is to be")
    return folder
