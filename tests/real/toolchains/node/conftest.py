from tests.support.node_boxes import opened

__all__ = ["opened"]
