"""What people say of files, rows and the workspace."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from fourfits import tables
from fourfits.imports import recognition, wide
from fourfits_web.core.forms import LinesField, RecordForm
from fourfits_web.data import queries, wording
from fourfits_web.data.models import Quarantined, Upload

KEEP, LEAVE_OUT = "=keep", "=out"
MOST_COLUMNS = 300
"""Columns of a file that can be mapped on the page; the others are read as they are recognised."""

MOST_FIELDS = 120


class UploadForm(forms.Form):
    """A file from one's own machine."""

    file = forms.FileField(
        label="File",
        error_messages={
            "required": "Choose a file first.",
            "empty": "This file is empty; export it again.",
            "missing": "Choose a file first.",
        },
    )


class ServerFileForm(forms.Form):
    """A file on the server."""

    path = forms.CharField(
        label="Path on the server",
        max_length=1_000,
        strip=True,
        error_messages={"required": "Write where the file lies on the server."},
    )


@dataclass(frozen=True)
class ColumnRow:
    """A column of the file with the field that says what it becomes."""

    name: str
    samples: list[str]
    field: Any
    says: str


class ColumnsForm(forms.Form):
    """What the columns of a file become; what was not touched stays as it was recognised."""

    def __init__(self, upload: Upload, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data)
        self.upload = upload
        self.columns = (upload.look or {}).get("columns", [])[:MOST_COLUMNS]
        self._longer = bool((upload.look or {}).get("longer"))
        choices = self._choices()
        for place, column in enumerate(self.columns):
            self.fields[f"c{place}"] = forms.ChoiceField(
                choices=choices,
                initial=self._now(column),
                label=f"{column['name']} becomes",
                widget=forms.Select({"class": "form-select"}),
            )
        for name in self.missing:
            self.fields[f"same_{name}"] = forms.CharField(
                required=False,
                max_length=200,
                label=f"{wording.column(name)} for every row",
                help_text=f"{tables.named(upload.table)[name].meaning.capitalize()} ({name}); fill "
                "this in only if no column of the file says it.",
                widget=forms.TextInput({"class": "form-control"}),
            )
        if self.question:
            self.fields["date_order"] = forms.ChoiceField(
                choices=[(order, order) for order, _ in self.question["orders"]],
                error_messages={"required": "Say which comes first, the day or the month."},
            )

    @property
    def rows(self) -> list[ColumnRow]:
        """The columns as the page shows them."""
        return [
            ColumnRow(column["name"], column["samples"], self[f"c{place}"], self._says(column))
            for place, column in enumerate(self.columns)
        ]

    @property
    def constants(self) -> list[Any]:
        """Fields for required columns that the file may lack."""
        return [self[f"same_{name}"] for name in self.missing]

    @property
    def missing(self) -> list[str]:
        """Required columns for which nothing was found."""
        problem = self.upload.problem or {}
        known = tables.named(self.upload.table) if self.upload.table else ()
        return [name for name in problem.get("missing", []) if name in known]

    @property
    def question(self) -> dict[str, Any] | None:
        """Dates that can be read either way: their column, and both readings of some."""
        problem = self.upload.problem or {}
        if problem.get("kind") != "dates":
            return None
        values = [str(value) for value in problem.get("values", [])]
        told = [(value, queries.both_readings(value)) for value in values]
        orders = [
            ("day", [(value, both[0]) for value, both in told if both]),
            ("month", [(value, both[1]) for value, both in told if both]),
        ]
        return {"column": problem.get("column", ""), "orders": orders}

    def clean(self) -> dict[str, Any]:
        """Refuse two columns for one of ours."""
        given = super().clean() or {}
        chosen: dict[str, str] = {}
        for place, column in enumerate(self.columns):
            value = given.get(f"c{place}", "")
            if f"c{place}" not in self.changed_data or value in {KEEP, LEAVE_OUT, ""}:
                continue
            if value in chosen:
                raise ValidationError(
                    f"{chosen[value]} and {column['name']} cannot both become {value}."
                )
            chosen[value] = column["name"]
        return given

    def reading(self) -> dict[str, Any]:
        """What an upload keeps of the choices: by hand is only what was changed by hand."""
        names = {column["name"] for column in self.columns}
        mapping = {
            ours: theirs for ours, theirs in self.upload.mapping.items() if theirs not in names
        }
        left_out = [name for name in self.upload.left_out if name not in names]
        taken = [
            self.cleaned_data[f"c{place}"]
            for place in range(len(self.columns))
            if f"c{place}" in self.changed_data
        ]
        for place, column in enumerate(self.columns):
            value, name = self.cleaned_data[f"c{place}"], column["name"]
            if f"c{place}" not in self.changed_data:
                kept = [o for o, t in self.upload.mapping.items() if t == name and o not in taken]
                mapping |= dict.fromkeys(kept, name)
                left_out += [name] if name in self.upload.left_out else []
            elif value == LEAVE_OUT:
                left_out.append(name)
            elif value != KEEP:
                mapping[value] = name
            elif column["becomes"]:
                mapping[self._own_name(name)] = name
        for ours in self.missing:
            text = self.cleaned_data.get(f"same_{ours}", "").strip()
            if text:
                mapping[ours] = f"'{text}'"
        order = self.cleaned_data.get("date_order") or self.upload.date_order
        return {"mapping": mapping, "left_out": left_out, "date_order": order}

    def _choices(self) -> list[tuple[str, Any]]:
        table = tables.named(self.upload.table) if self.upload.table else None
        otherwise = [(KEEP, "Keep it as it is"), (LEAVE_OUT, "Leave it out")]
        if table is None:
            return [*otherwise]
        ours = [
            (column.name, f"{column.name}: {column.meaning}")
            for column in table
            if not self._longer or column.name in wide.ABOUT
        ]
        return [("Otherwise", otherwise), (f"A column of {table.name}", ours)]

    def _now(self, column: Mapping[str, Any]) -> str:
        if column["name"] in self.upload.left_out:
            return LEAVE_OUT
        known = self.upload.table and column["becomes"] in tables.named(self.upload.table)
        return column["becomes"] if known else KEEP

    def _says(self, column: Mapping[str, Any]) -> str:
        """What becomes of the column, beside its field."""
        if column["name"] in self.upload.left_out:
            return ""
        parts = [f"used for {wording.within(name)}" for name in column["serves"]]
        if column["kept_as"]:
            parts.insert(0, f"kept as {column['kept_as']}")
        elif self._longer and not column["becomes"]:
            parts.insert(0, "becomes rows of its own")
        return ", ".join(parts)

    def _own_name(self, name: str) -> str:
        plain = recognition.own_name(name)
        return f"their_{plain}" if plain in tables.named(self.upload.table) else plain


class TableForm(forms.Form):
    """Which table a file goes to."""

    table = forms.ChoiceField(
        choices=[("", "Choose a table"), *queries.choices()],
        widget=forms.Select({"class": "form-select"}),
    )


class MendForm(forms.Form):
    """A row as its file had it, to be corrected; what is wrong comes first."""

    also_alike = forms.BooleanField(required=False)

    def __init__(self, row: Quarantined, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data)
        self.row = row
        held = row.row if isinstance(row.row, dict) else {}
        wrong = [name for problem in row.problems for name in problem["columns"]]
        wrong += [p["column"] for p in row.problems if p["column"] in held]
        named = dict.fromkeys([*wrong, *held, *(row.batch.columns or [])])
        self.names = list(named)[:MOST_FIELDS]
        self.n_wrong = len({name for name in wrong if name in self.names})
        self._held = {name: _text(held.get(name)) for name in self.names}
        now = self._held | row.corrections
        for place, name in enumerate(self.names):
            self.fields[f"v{place}"] = LinesField(
                label=name,
                required=False,
                strip=False,
                initial=now[name],
                widget=_widget(now[name]),
            )

    @property
    def wrong(self) -> list[Any]:
        """Fields of the columns that break the contract."""
        return [self[f"v{place}"] for place in range(self.n_wrong)]

    @property
    def others(self) -> list[Any]:
        """Fields of the other columns."""
        return [self[f"v{place}"] for place in range(self.n_wrong, len(self.names))]

    def corrections(self) -> dict[str, str]:
        """Columns that hold something else now; what was not sent stays."""
        given = {
            name: self.cleaned_data[f"v{place}"]
            for place, name in enumerate(self.names)
            if f"v{place}" in self.data
        }
        return {
            name: text
            for name, text in given.items()
            if text.splitlines() != self._held[name].splitlines()
        }


def _text(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else str(value)


def _widget(text: str) -> forms.Widget:
    if len(text) > 80 or "\n" in text:
        return forms.Textarea({"class": "form-control", "rows": 4})
    return forms.TextInput({"class": "form-control"})


class SettingsForm(RecordForm):
    """What the workspace is called, and what it counts in."""

    name = forms.CharField(
        label="Name",
        max_length=120,
        help_text="Stands at the head of the menu and in every file that leaves.",
    )
    currency = forms.CharField(
        label="Currency",
        min_length=3,
        max_length=3,
        help_text="Three letters (ISO 4217), for amounts whose file names none.",
    )
    product_kind = forms.ChoiceField(
        label="Sold to",
        choices=[
            ("people", "People"),
            ("companies", "Companies"),
            ("both", "People and companies"),
        ],
        help_text="People are counted, companies are weighed by what they pay.",
    )
    fiscal_start_month = forms.TypedChoiceField(
        label="The year begins in",
        coerce=int,
        choices=[
            (number, word)
            for number, word in enumerate(
                ("January", "February", "March", "April", "May", "June", "July", "August",
                 "September", "October", "November", "December"), 1)
        ],
    )  # fmt: skip

    def clean_currency(self) -> str:
        """Three letters."""
        code = str(self.cleaned_data["currency"]).upper()
        if not re.fullmatch(r"[A-Z]{3}", code):
            raise ValidationError("A currency has three letters, such as EUR.")
        return code
