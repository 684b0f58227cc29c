"""Python: manifests, runners, linters, imports, bill of materials, stubs, test mutants."""
