"""Bringing a message to an address of the public internet, and nowhere else.

The name is resolved once, every address it has is checked, and the connection goes to the checked
one: a name that changes its mind between check and call leads nowhere private. Redirects are not
followed.
"""

from __future__ import annotations

import ipaddress
import socket
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.conf import settings

from fourfits.errors import ParameterError

if TYPE_CHECKING:
    import httpx

PATIENCE_SECONDS = 15
_CARRIERS = ipaddress.ip_network("::ffff:0:0/96")
"""Python calls addresses that stand for others private; what they stand for is looked at."""
_LAST_BITS = tuple(map(ipaddress.ip_network, ("::/96", "64:ff9b::/96", "::ffff:0:0:0/96")))
"""Networks whose last 32 bits are an address of the old internet (compatible, NAT64, translated)."""
_OWN = tuple(map(ipaddress.ip_network, ("fec0::/10", "64:ff9b:1::/48")))
"""Networks of one's own that Python calls global (site-local, local NAT64: RFC 3879, RFC 8215)."""


@dataclass(frozen=True)
class Answer:
    """What came back: a status, or the problem in words."""

    status: int | None
    problem: str
    milliseconds: int
    retry_after: str = ""


def post(url: str, headers: Mapping[str, str], body: str) -> Answer:
    """Send once."""
    import httpx  # here, because pages never need it

    started = time.monotonic()
    try:
        parts, address = urlsplit(url), checked(url)
        answer = _call(parts.hostname or "", address, url, headers, body)
        problem = "" if answer.is_success else "not accepted"
        if answer.has_redirect_location:
            problem = "not accepted: redirects are not followed"
        return Answer(
            answer.status_code, problem, _since(started), answer.headers.get("retry-after", "")
        )
    except ParameterError as refused:
        return Answer(None, refused.message[:300], _since(started))
    except httpx.HTTPError as problem_:
        words = str(problem_) or type(problem_).__name__
        return Answer(None, f"no answer: {words}"[:300], _since(started))


def checked(url: str) -> str:
    """An address of the host that may be called.

    Raises:
        ParameterError: If the address is not one of the web, or leads into a private network.
    """
    parts = urlsplit(url)
    if parts.scheme not in {"https", "http"} or not parts.hostname:
        raise ParameterError(f"{url} is not an address of the web.", hint="https://…")
    try:
        found = socket.getaddrinfo(parts.hostname, parts.port or 443, type=socket.SOCK_STREAM)
    except (socket.gaierror, UnicodeError, ValueError) as problem:
        raise ParameterError(
            f"{parts.hostname} is not known.", hint="look at the spelling"
        ) from problem
    addresses = sorted({str(one[4][0]) for one in found})
    private = [one for one in addresses if not _is_public(one)]
    if private and parts.hostname not in settings.WEBHOOK_PRIVATE_HOSTS:
        raise ParameterError(
            f"{parts.hostname} leads into a private network ({private[0]}).",
            hint="allow the host by FOURFITS_WEBHOOK_PRIVATE_HOSTS if it is yours",
        )
    return addresses[0]


def _is_public(address: str) -> bool:
    known = ipaddress.ip_address(address.partition("%")[0])
    meant = [known, *_within(known)]
    if any(known in network for network in _OWN):
        return False
    return all((one.is_global or one in _CARRIERS) and not one.is_multicast for one in meant)


def _within(known: ipaddress.IPv4Address | ipaddress.IPv6Address) -> list[ipaddress.IPv4Address]:
    """The addresses of the old internet that one of the new internet stands for."""
    if isinstance(known, ipaddress.IPv4Address):
        return []
    carried = [known.ipv4_mapped, known.sixtofour, *(known.teredo or ())]
    if any(known in network for network in _LAST_BITS):
        carried.append(ipaddress.IPv4Address(int(known) & 0xFFFF_FFFF))
    return [one for one in carried if one is not None]


def _call(
    host: str, address: str, url: str, headers: Mapping[str, str], body: str
) -> httpx.Response:
    """Call the checked address, under the name that certificate and receiver expect."""
    import httpx

    parts = urlsplit(url)
    literal = f"[{address}]" if ":" in address else address
    port = f":{parts.port}" if parts.port else ""
    target = parts._replace(netloc=f"{literal}{port}").geturl()
    named = (f"[{host}]" if ":" in host else host) + port
    with httpx.Client(timeout=PATIENCE_SECONDS, follow_redirects=False, trust_env=False) as client:
        request = client.build_request(
            "POST", target, headers={**headers, "host": named}, content=body.encode()
        )
        request.extensions["sni_hostname"] = host
        answer = client.send(request, stream=True)  # its body is nothing to us, however long
        answer.close()
        return answer


def _since(started: float) -> int:
    return int((time.monotonic() - started) * 1_000)
