"""What the languages' bills of materials have in common: the name of their findings."""

CHECK = "bill_of_materials"
