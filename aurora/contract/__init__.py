"""The OpenAPI document: read, bounded, validated, its operations named."""
