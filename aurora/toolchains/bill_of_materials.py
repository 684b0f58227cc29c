"""The common parts of the languages' bills of materials: the name of their findings."""

CHECK = "bill_of_materials"
