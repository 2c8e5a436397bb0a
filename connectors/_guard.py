"""No stranger's address may lead us into the operator's own network (SSRF)."""

from collections.abc import Mapping
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Any

from connectors.base import Refused

_NAT64 = IPv6Network("64:ff9b::/96")  # RFC 6052


class Guard:
    """Looks at the address a connection really reached, before anything is sent.

    It is the `trace` callback of one request:
    https://www.python-httpx.org/advanced/extensions/#trace
    Checking the peer, not the name, leaves no room between check and use: a name
    that answers differently the second time (DNS rebinding) gains nothing. A proxy
    from the environment is a peer like any other.
    """

    def __init__(self, host: str, *, allow_private: bool) -> None:
        self._host = host
        self._allow_private = allow_private
        self.passed = allow_private

    def __call__(self, event: str, info: Mapping[str, Any]) -> None:
        """Refuse the connection that was just made, if it must not be used.

        Raises:
            Refused: it reached a private, loopback or link-local address.
        """
        if self._allow_private or not event.endswith("connect_tcp.complete"):
            return
        stream = info["return_value"]
        address = str(stream.get_extra_info("server_addr")[0])
        if not is_public(address):
            stream.close()
            raise Refused(
                f"{self._host} leads to {address}, which is not a public address; "
                "if that is meant, set allow_private: true"
            )
        self.passed = True


def is_public(address: str) -> bool:
    """Tell whether an IP address belongs to the open internet."""
    ip = ip_address(address.partition("%")[0])
    if isinstance(ip, IPv6Address) and (inner := _inner(ip)):
        ip = inner
    return ip.is_global and not ip.is_multicast


def _inner(ip: IPv6Address) -> IPv4Address | None:
    """Return the IPv4 address that an IPv6 address stands for, if it does."""
    if ip in _NAT64:
        return IPv4Address(ip.packed[-4:])
    return ip.ipv4_mapped or ip.sixtofour
