from tests.support.large_texts import desk

__all__ = ["desk"]
