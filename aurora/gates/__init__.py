"""Gates: small checks of what a task changes. Each is one file here and one line of `GATES`.

`gate` and `context` say what a gate is and what it is given; `running` asks them all, `choice` reads which are on.
"""

from aurora.gates import (
    bill_of_materials,
    blocking_calls,
    circular_imports,
    data_integrity,
    defensive,
    file_kinds,
    file_names,
    frozen_tests,
    hidden_characters,
    ignored_files,
    input_validation,
    layers,
    manifest_changes,
    migrations,
    plain_text,
    protected_paths,
    rewritten_test,
    scope,
    secrets,
    service_layer,
    size,
    source_encoding,
    sql,
    stubs_left,
    syntax,
    unchecked_input,
)
from aurora.gates.gate import Gate

GATES: tuple[Gate, ...] = (
    frozen_tests.GATE,
    ignored_files.GATE,
    file_kinds.GATE,
    file_names.GATE,
    protected_paths.GATE,
    plain_text.GATE,
    size.GATE,
    source_encoding.GATE,
    secrets.GATE,
    hidden_characters.GATE,
    manifest_changes.GATE,
    syntax.GATE,
    bill_of_materials.GATE,
    blocking_calls.GATE,
    sql.GATE,
    stubs_left.GATE,
    service_layer.GATE,
    layers.GATE,
    rewritten_test.GATE,
    input_validation.GATE,
    unchecked_input.GATE,
    defensive.GATE,
    data_integrity.GATE,
    migrations.GATE,
    circular_imports.GATE,
    scope.GATE,
)
"""In the order in which they are asked: what is most fundamental first."""
