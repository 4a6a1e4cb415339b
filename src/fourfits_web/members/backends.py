"""Who signs in: a member, by password, code or provider; found again at each page they open."""

from __future__ import annotations

from allauth.account.auth_backends import AuthenticationBackend

from fourfits_web.core.prepared import Question
from fourfits_web.members.models import Member

_member = Question(lambda pk: Member.objects.filter(pk=pk))


class Members(AuthenticationBackend):  # type: ignore[misc]  # it has no types
    """allauth's, with the member of a session asked for in words that stand."""

    def get_user(self, user_id: int) -> Member | None:
        """The member, unless they may no longer come in."""
        found: Member | None = _member.first(user_id)
        return found if found is not None and self.user_can_authenticate(found) else None
