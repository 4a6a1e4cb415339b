"""What members type."""

from __future__ import annotations

from typing import Any, cast

from allauth.account.adapter import get_adapter
from allauth.account.forms import ChangePasswordForm, LoginForm, ResetPasswordForm
from allauth.core import context
from django import forms
from django.contrib.auth.password_validation import validate_password

from fourfits_web.core import counting, roles
from fourfits_web.core.actors import client_address
from fourfits_web.core.forms import choose
from fourfits_web.members import queries

# At all processes together; allauth counts too, but each process for itself.
RESETS, RESETS_MINUTES = 5, 15
"""Mails with a link for a new password that one address gets, in so many minutes."""
RESETS_FROM = 20
"""Mails that one client asks for in a minute."""
CHANGES = 5
"""Times that a member says the present password to change it, in a minute."""


class SignInForm(LoginForm):  # type: ignore[misc]
    """Sign-in in the words of the other forms."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = "E-mail"


class ResetForm(ResetPasswordForm):  # type: ignore[misc]
    """A new password by mail, in the words of the other forms; a few mails to an address, no more."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = "E-mail"

    def clean_email(self) -> str:
        """The address, whether somebody has it or not, unless too many were asked for."""
        email = cast("str", super().clean_email())
        of_address = counting.count(f"reset:{email.strip().lower()}", minutes=RESETS_MINUTES)
        asks = f"reset from:{client_address(context.request)}"
        if of_address > RESETS or counting.count(asks) > RESETS_FROM:
            raise forms.ValidationError("Too many new passwords were asked for. Try again later.")
        return email


class ChangeForm(ChangePasswordForm):  # type: ignore[misc]
    """Another password; who sits at somebody else's screen guesses the present one a few times."""

    def clean_oldpassword(self) -> str:
        """The present password."""
        if counting.count(f"password:{self.user.pk}") > CHANGES:
            raise get_adapter().validation_error("too_many_login_attempts")
        return cast("str", super().clean_oldpassword())


class InviteForm(forms.Form):
    """Whom to ask, and for what."""

    email = forms.EmailField(label="E-mail")
    role = forms.ChoiceField(choices=roles.Role.choices, initial=roles.Role.PRODUCT_MANAGER)


class RoleForm(forms.Form):
    """Another role."""

    role = forms.ChoiceField(choices=roles.Role.choices)


class NameForm(forms.Form):
    """One's own name."""

    name = forms.CharField(max_length=150)


class JoinForm(forms.Form):
    """What an invited person says."""

    name = forms.CharField(max_length=150, widget=forms.TextInput({"autocomplete": "name"}))
    password = forms.CharField(
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
        help_text="At least ten characters.",
        validators=[validate_password],
    )


class KeyForm(forms.Form):
    """What a key is for."""

    name = forms.CharField(max_length=100, help_text="Where the key will be used.")
    member = forms.ModelChoiceField(
        queries.active(),
        label="Acts for",
        empty_label="Choose a member",
        help_text="The key can never do more than this member.",
    )
    scopes = forms.MultipleChoiceField(
        choices=[(name, meaning) for name, (meaning, _) in roles.PERMISSIONS.items()],
        widget=forms.CheckboxSelectMultiple,
        initial=["workspace.read", "feedback.add"],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose(self, "member", queries.choices())
