"""Seeded cases that a gate answers wrongly, with the reason: by language, by id."""

KNOWN = {
    "python": {
        "input_validation/graphql/ariadne-setattr": "the arguments of a resolver are those that the schema names",
        "input_validation/afterwards/ninja-schema-of-contract": "the draft has no handler that takes the schema",
    },
    "node": {
        "bill_of_materials/manifests/dev-in-production": "a folder called fixtures is taken for development's",
    },
}
