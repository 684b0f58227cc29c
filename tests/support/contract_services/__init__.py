"""Small services that hold one document, in both languages, and changes of them that break it."""

DOCUMENT = """openapi: 3.1.0
info: {title: Shop, version: "1"}
security: [{bearer: []}]
paths:
  /login:
    post:
      security: []
      requestBody:
        required: true
        content: {application/json: {schema: {$ref: "#/components/schemas/LogIn"}}}
      responses:
        "200": {description: A token., content: {application/json: {schema: {$ref: "#/components/schemas/Token"}}}}
        "401": {$ref: "#/components/responses/Error"}
        "422": {$ref: "#/components/responses/Error"}
  /items:
    post:
      requestBody:
        required: true
        content: {application/json: {schema: {$ref: "#/components/schemas/NewItem"}}}
      responses:
        "201": {description: Made., content: {application/json: {schema: {$ref: "#/components/schemas/Item"}}}}
        "401": {$ref: "#/components/responses/Error"}
        "422": {$ref: "#/components/responses/Error"}
  /items/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: integer, minimum: 1, maximum: 1000000}}]
    get:
      responses:
        "200": {description: It., content: {application/json: {schema: {$ref: "#/components/schemas/Item"}}}}
        "401": {$ref: "#/components/responses/Error"}
        "404": {$ref: "#/components/responses/Error"}
        "422": {$ref: "#/components/responses/Error"}
    delete:
      responses:
        "204": {description: Gone.}
        "401": {$ref: "#/components/responses/Error"}
        "404": {$ref: "#/components/responses/Error"}
        "422": {$ref: "#/components/responses/Error"}
  /health:
    get:
      security: []
      responses:
        "200":
          description: Well.
          content: {application/json: {schema: {type: object, required: [up], properties: {up: {type: boolean}}}}}
components:
  securitySchemes:
    bearer: {type: http, scheme: bearer}
  responses:
    Error:
      description: Why not.
      content: {application/json: {schema: {type: object}}}
  schemas:
    LogIn:
      type: object
      required: [name, password]
      properties: {name: {type: string, maxLength: 40}, password: {type: string, maxLength: 40}}
    Token:
      type: object
      required: [access_token]
      properties: {access_token: {type: string}}
    NewItem:
      type: object
      required: [name, quantity]
      properties:
        name: {type: string, minLength: 1, maxLength: 60}
        quantity: {type: integer, minimum: 0, maximum: 1000}
    Item:
      type: object
      required: [id, name, quantity]
      properties: {id: {type: integer}, name: {type: string}, quantity: {type: integer}}
"""
OPERATIONS = ("DELETE /items/{id}", "GET /health", "GET /items/{id}", "POST /items", "POST /login")
LOG_IN = {"login": {"operation": "POST /login", "body": {"name": "ada", "password": "secret"}}}
