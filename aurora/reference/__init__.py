"""Documents that are written from the models: the JSON Schema of aurora.yaml, the reference of every setting."""
