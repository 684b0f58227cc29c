"""Questions of the tests to the engine beside the drivers."""

import ipaddress

from aurora.drivers.engine.docker_engine import connect


def bridge_address() -> str:
    """This machine's own on the engine's bridge. An engine that has just made the bridge names no gateway yet: it is
    the subnet's first address."""
    given = connect().networks.get("bridge").attrs["IPAM"]["Config"][0]
    return str(given.get("Gateway") or ipaddress.ip_network(given["Subnet"])[1])
