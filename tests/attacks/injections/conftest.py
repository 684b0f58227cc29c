from tests.support.servers import server, temporal_binary

__all__ = ["server", "temporal_binary"]
