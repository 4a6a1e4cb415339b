"""A survey with a row per respondent becomes a row per answer.

Questions are told from attributes of the respondent by their words and by their answers; the
standard questions (NPS, CSAT, CES, Ellis' question, the price sensitivity meter) get the names
under which the analyses look for them.
"""
# ruff: noqa: S608 - names and values in SQL pass through `engine.identifier` and `engine.literal`

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from fourfits import errors, tables
from fourfits.imports import dates, files, keys, matching, structured, values, vendors
from fourfits.lake import engine

if TYPE_CHECKING:
    import duckdb

ABOUT = ("response_id", "survey_id", "customer_id", "answered_at")
"""Columns of `responses` that say who answered and when."""

_PRICES = (
    ("too_cheap", r"too[ _]cheap|\b(so|too)\b.{0,20}\b(low|cheap|inexpensive)\b.*quality"),
    ("too_expensive", r"too[ _]expensive|so expensive.*not consider|too high"),
    ("expensive", r"(start|begin)\w* to (get|be|seem) expensive|getting expensive|^expensive$"),
    ("cheap", r"bargain|great buy|good value|^cheap$"),
)
"""The four questions of the price sensitivity meter, in van Westendorp's and common words."""

_LIKELY_AT = r"likely_at_(cheap|expensive)|how likely.*\b(purchase|buy)"
_LIKELY = {
    "very unlikely": 1,
    "unlikely": 2,
    "neither likely nor unlikely": 3,
    "neutral": 3,
    "likely": 4,
    "very likely": 5,
}
_NPS = r"\bnps\b|net promoter|recommend\b.*\b(friend|colleague|others)|how likely.*recommend"
_CSAT = r"\bcsat\b|how satisfied|satisfaction score"
_CES = r"\bces\b|effort score|how easy|easy (was it )?to"
_PMF = r"\bpmf\b|feel if you could no longer"
_PMF_WORDS = ("very disappointed", "somewhat disappointed", "not disappointed", "n/a")
_ASKED = r"\?|^q\d+([._ -].*)?$|^(importance|satisfaction):|^\S+( \S+){3,}"
_WORDS = (
    r"\b(comments?|verbatim|feedback|text|reasons?|why|opinion|suggestions?|answer|score|rating)\b"
)


@dataclass(frozen=True)
class Question:
    """One question of a survey."""

    column: str
    question_id: str
    kind: str
    text: str


def lengthen(
    source: files.Source,
    connection: duckdb.DuckDBPyConnection,
    found: matching.Match,
    *,
    given: Mapping[str, str],
) -> tuple[files.Source, tuple[str, ...]]:
    """The survey with a row per answer.

    Args:
        source: The file, with a row per respondent.
        connection: Where its relation lives.
        found: What stands for the columns that say who answered and when.
        given: What the user says; a name that is no column of `responses` is a question's.

    Raises:
        ColumnError: If no column looks like a question.
    """
    about = {name: found.origins[name] for name in ABOUT if name in found.origins}
    asked = _questions(source, connection, found, about, given)
    if not asked:
        raise errors.ColumnError(
            f"{source.path.name} has no column that can be recognised as a question; "
            f"it has {', '.join(source.columns[:40])}.",
            hint='name each question: --map "their column=nps" --map "another=reason"',
            found=list(source.columns),
        )
    kept = [c for c in source.columns if c not in {question.column for question in asked}]
    made = [name for name in _ANSWER if name not in map(str.lower, kept)]
    respondent = "" if "response_id" in about else f"{_respondent(source)} AS response_id, "
    cells = "".join(f"{engine.identifier(column)}, " for column in kept)
    answers = ", ".join(_answer(connection, source, question) for question in asked)
    relation = structured.view(
        connection,
        f"(SELECT * FROM (SELECT {cells}{respondent}unnest([{answers}], recursive := true), _line "
        f"FROM {source.relation}) WHERE value_number IS NOT NULL OR value_text IS NOT NULL)",
    )
    names = (*kept, *(("response_id",) if respondent else ()), *made)
    types = {column: source.types.get(column, "VARCHAR") for column in names}
    longer = replace(source, folder=None, relation=relation, columns=names, types=types)
    return longer, _notes(asked, made_id=bool(respondent))


_ANSWER = ("question_id", "question", "kind", "value_number", "value_text")


def _notes(asked: list[Question], *, made_id: bool) -> tuple[str, ...]:
    notes = [f"`{_short(q.text)}` → question {q.question_id} ({q.kind})" for q in asked]
    if made_id:
        notes.append("response_id: made from the respondent's row, so that it is known again")
    return tuple(notes)


def _short(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:57]}..."


def _respondent(source: files.Source) -> str:
    """SQL of an id for the respondent, made from the whole row."""
    return keys.from_content(source.columns)


# ------------------------------------------------------------------------------- questions


def _questions(
    source: files.Source,
    connection: duckdb.DuckDBPyConnection,
    found: matching.Match,
    about: Mapping[str, matching.Origin],
    given: Mapping[str, str],
) -> list[Question]:
    """The file's questions, each with its name and its kind."""
    named = {theirs: ours for ours, theirs in given.items() if ours not in tables.RESPONSES}
    taken = {column for origin in about.values() for column in origin.columns}
    vendor = found.layout.vendor if found.layout else ""
    taken |= set(vendors.NO_QUESTIONS.get(vendor, ()))
    free = [column for column in source.columns if column not in taken]
    if source.labels:
        free = [column for column in free if column in source.labels or column in named]
    held = matching.contents(source, connection, free)
    certain = bool(source.labels or vendor)
    texts = {column: source.labels.get(column) or column for column in free}
    prices = _prices(texts)
    asked: list[Question] = []
    for column in free:
        text, content = texts[column], held[column]
        if not content.n:
            continue
        name, kind = _standard(text, content, prices.get(column, ""))
        if column in named:
            name = named[column]
            kind = _standard(name, content, "")[1] or kind
        if name or certain or _is_question(column, text, content):
            kind = kind or _kind(source, connection, column, content)
            asked.append(Question(column, name or _slug(column, text, source), kind, text))
    return _distinct(asked)


def _prices(texts: Mapping[str, str]) -> dict[str, str]:
    """The columns of a price sensitivity meter, if its four questions are asked."""
    found: dict[str, str] = {}
    for column, text in texts.items():
        for name, pattern in _PRICES:
            if re.search(pattern, text, re.IGNORECASE) and name not in found.values():
                found[column] = name
                break
    if len(found) < len(_PRICES):
        return {}
    likely = [
        column
        for column, text in texts.items()
        if column not in found and re.search(_LIKELY_AT, text, re.IGNORECASE)
    ]
    names = ("likely_at_cheap", "likely_at_expensive")
    return found | dict(zip(likely, names, strict=False))


def _standard(text: str, held: matching.Content, price: str) -> tuple[str, str]:
    """Name and kind of a standard question; nothing for others."""
    if price:
        return price, "choice" if price.startswith("likely") else "number"
    words = re.sub(r"[_\s]+", " ", text)
    numbers = held.numbers > 0.9
    if re.search(_PMF, words, re.IGNORECASE) and not numbers:
        return "pmf", "pmf"
    for kind, pattern, highest in (("nps", _NPS, 10), ("csat", _CSAT, 5), ("ces", _CES, 7)):
        if re.search(pattern, words, re.IGNORECASE) and numbers and held.highest <= highest:
            return kind, kind
    if re.match(r"(importance|satisfaction):", text, re.IGNORECASE):
        return text.strip(), "rating"
    return "", ""


def _is_question(column: str, text: str, held: matching.Content) -> bool:
    """Whether a column of an unknown survey tool was asked, rather than known beforehand."""
    if re.search(_ASKED, text.strip(), re.IGNORECASE):
        return True
    words = re.sub(r"[_\s]+", " ", column)
    if not re.search(_WORDS, words, re.IGNORECASE):
        return False
    return held.numbers > 0.9 or (held.length > 15 and held.distinct > 0.2)


def _kind(
    source: files.Source,
    connection: duckdb.DuckDBPyConnection,
    column: str,
    held: matching.Content,
) -> str:
    """The kind of a question, told from its answers."""
    if held.numbers > 0.9:
        return "rating" if held.highest <= 10 and not held.fractions else "number"
    if held.dates > 0.9:
        return "date"
    v = f"lower(trim(CAST({engine.identifier(column)} AS VARCHAR)))"
    other = values.number_of(
        connection,
        f"SELECT count(*) FROM {source.relation} WHERE {v} NOT IN "
        f"('yes', 'no', 'true', 'false', {values.literals(values.BLANKS)})",
    )
    if not other:
        return "boolean"
    n_distinct = held.distinct * held.n
    return "choice" if n_distinct <= 20 and held.distinct < 0.5 and held.length < 80 else "text"


def _slug(column: str, text: str, source: files.Source) -> str:
    """A question's name from its words, or its code where the file has one."""
    given = column if column in source.labels else text
    slug = re.sub(r"[^\w:]+", "_", given.lower()).strip("_")
    return slug[:60].rstrip("_") or "question"


def _distinct(asked: list[Question]) -> list[Question]:
    """The questions, numbered where two have the same name."""
    seen: dict[str, int] = {}
    result = []
    for question in asked:
        n = seen[question.question_id] = seen.get(question.question_id, 0) + 1
        name = question.question_id if n == 1 else f"{question.question_id}_{n}"
        result.append(replace(question, question_id=name))
    return result


# --------------------------------------------------------------------------------- answers


def _answer(connection: duckdb.DuckDBPyConnection, source: files.Source, question: Question) -> str:
    """SQL of one answer: its question, kind and value; both values NULL where it is blank."""
    number, text = _value(connection, source, question)
    return (
        f"{{'question_id': {engine.literal(question.question_id)}, "
        f"'question': {engine.literal(question.text)}, 'kind': {engine.literal(question.kind)}, "
        f"'value_number': {number}, 'value_text': {text}}}"
    )


def _value(
    connection: duckdb.DuckDBPyConnection, source: files.Source, question: Question
) -> tuple[str, str]:
    """SQL of an answer's number and text; a number that cannot be read stays as it stood."""
    nothing = "CAST(NULL AS VARCHAR)"
    column = question.column
    raw = f"CAST({engine.identifier(column)} AS VARCHAR)"
    plain = values.filled(raw)
    if question.kind in ("nps", "csat", "ces", "rating", "number"):
        reading = values.number(
            connection,
            source.relation,
            column,
            "number",
            type_=source.types[column],
            decimal_comma=source.decimal_comma,
        )
        return f"coalesce(CAST({reading.expression} AS VARCHAR), {reading.raw})", nothing
    if question.kind == "pmf":
        cases = " ".join(f"WHEN lower({raw}) LIKE '{word}%' THEN '{word}'" for word in _PMF_WORDS)
        return nothing, f"CASE {cases} ELSE {plain} END"
    if question.question_id.startswith("likely_at_"):
        cases = " ".join(f"WHEN '{word}' THEN '{n}'" for word, n in _LIKELY.items())
        label = f"CASE WHEN TRY_CAST({plain} AS DOUBLE) IS NULL THEN {plain} END"
        return f"CASE lower(trim({raw})) {cases} ELSE {plain} END", label
    if question.kind == "boolean":
        yes = values.boolean(column).expression
        return (
            f"CAST(CAST({yes} AS INT) AS VARCHAR)",
            f"CASE WHEN {yes} THEN 'yes' WHEN NOT {yes} THEN 'no' ELSE {plain} END",
        )
    if question.kind == "date":
        read = dates.infer(connection, source.relation, column, type_=source.types[column])
        return nothing, f"coalesce(CAST(CAST({read.expression} AS DATE) AS VARCHAR), {plain})"
    return nothing, plain
