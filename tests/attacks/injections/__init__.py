"""Text of others that tries to instruct a model: each lure as it is shown, and each act it asks for, played."""
