"""Small forms in the rows of a list: what can be done with one of them."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from django.middleware.csrf import get_token
from django.utils.safestring import SafeString

if TYPE_CHECKING:
    from django.http import HttpRequest


class Form:
    """Draws the forms of one page; a form in a form would be lost, so such a list has no `Bulk`.

    Args:
        request: Whose page it is: forms carry its token.
    """

    def __init__(self, request: HttpRequest) -> None:
        self._token = (
            f'<input type="hidden" name="csrfmiddlewaretoken" value="{get_token(request)}">'
        )

    def button(
        self, url: str, word: str, *, confirm: str = "", tone: str = "ghost", fields: str = ""
    ) -> SafeString:
        """A button that posts to an address; `fields` is HTML that stands before it."""
        asked = f' name="ask" value="{escape(confirm)}"' if confirm else ""
        kind = f" btn-{tone}" if tone else ""
        return SafeString(
            f'<form method="post" action="{escape(url)}" class="inline-form">{self._token}'
            f'{fields}<button class="btn btn-sm{kind}"{asked}>{escape(word)}</button></form>'
        )
