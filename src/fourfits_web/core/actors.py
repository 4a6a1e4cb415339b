"""Who acts, through which door, with what right."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal, cast

from fourfits_web.core import roles

if TYPE_CHECKING:
    from django.http import HttpRequest

Door = Literal["page", "api", "command", "job"]


@dataclass(frozen=True, kw_only=True)
class Actor:
    """A member, a key that acts for one, or the workspace itself.

    `scopes` bound a key further than its member's role: `None` means no further bound.
    """

    kind: Literal["member", "key", "workspace"]
    id: str
    name: str
    role: roles.Role
    door: Door
    address: str = ""
    member: Any = None
    scopes: frozenset[str] | None = None

    @classmethod
    def of(cls, request: HttpRequest) -> Actor:
        """Who made the request: a signed-in member, or the key that the API recognised."""
        found = getattr(request, "actor", None)
        if isinstance(found, cls):
            return found
        return cls.member_at(request.user, "page", address=client_address(request))

    @classmethod
    def member_at(cls, member: Any, door: Door, address: str = "") -> Actor:
        """A member, coming through a door."""
        return cls(
            kind="member",
            id=str(member.pk),
            name=member.name,
            role=roles.Role(member.role),
            door=door,
            address=address,
            member=member,
        )

    @classmethod
    def workspace(cls, door: Door = "job") -> Actor:
        """The workspace itself: what nobody asked for by hand, such as a scheduled refresh."""
        return cls(kind="workspace", id="", name="Workspace", role=roles.Role.OWNER, door=door)

    def may(self, permission: str) -> bool:
        """Whether the role allows it, and the key's scopes too."""
        allowed = roles.may(self.role, permission)
        return allowed and (self.scopes is None or permission in self.scopes)

    def through(self, door: Door) -> Actor:
        """The same actor at another door."""
        return replace(self, door=door)


def client_address(request: HttpRequest) -> str:
    """From where a request came: what the proxy in front saw, where there is one."""
    from django.conf import settings

    seen = request.META.get("HTTP_X_FORWARDED_FOR", "") if settings.SERVED_BY_TLS else ""
    return cast("str", seen.rpartition(",")[2].strip() or request.META.get("REMOTE_ADDR", ""))
