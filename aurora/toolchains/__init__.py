"""The way a project is built, linted and tested. A new toolchain is one file here, one line in `registry`, one
fixture."""
