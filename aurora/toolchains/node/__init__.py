"""Node.js: manifests, runners, linters, imports, bill of materials, stubs, test mutants."""
