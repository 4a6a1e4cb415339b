"""What members type."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import LoginForm, ResetPasswordForm
from django import forms
from django.contrib.auth.password_validation import validate_password

from fourfits_web.core import roles
from fourfits_web.core.forms import choose
from fourfits_web.members import queries


class SignInForm(LoginForm):  # type: ignore[misc]
    """Sign-in in the words of the other forms."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = "E-mail"


class ResetForm(ResetPasswordForm):  # type: ignore[misc]
    """A new password by mail, in the words of the other forms."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = "E-mail"


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
