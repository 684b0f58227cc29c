"""Seeded cases that a gate answers wrongly, with the reason: by language, by id."""

KNOWN = {
    "python": {
        "input_validation/graphql/ariadne-setattr": "the arguments of a resolver are those that the schema names",
        "service_layer/fastapi/state-machine": "told as advice: of 11 such findings in strangers' code 6 were right",
        "service_layer/flask/discount-in-view": "a calculation is not told from the shaping of an answer by its syntax",
    },
}
