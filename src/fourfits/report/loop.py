"""Run every analysis that the data carry, in the order in which a team asks its questions."""

from __future__ import annotations

import dataclasses
import datetime
import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

import fourfits
from fourfits import analyses, errors, quality, results, sums

if TYPE_CHECKING:
    from fourfits import needs, segments, sources

Progress = Callable[[float, str], None]
Settings = Mapping[str, Any]


@dataclass(frozen=True)
class Question:
    """One analysis of the loop, and the settings to try in turn until the data carry one."""

    analysis: str
    title: str
    settings: tuple[Settings, ...] = ({},)


@dataclass(frozen=True)
class Part:
    """Questions that belong together."""

    key: str
    title: str
    lead: str
    questions: tuple[Question, ...]


BY_SEGMENT: tuple[Settings, ...] = ({"by": "segment"}, {})

LOOP = (
    Part(
        "fits",
        "The four fits",
        "Is the product right for its market and its channels, and do price, market and channels "
        "carry each other? 60 is the threshold of a working fit, 100 is excellent.",
        (Question("scorecard", "Every fit by its groups"),),
    ),
    Part(
        "conflicts",
        "Conflicts",
        "Where the plan and the fits contradict each other, with what would mend it.",
        (Question("conflicts", "All conflicts"),),
    ),
    Part(
        "plan",
        "What to build, and when",
        "Features by what they are worth for their effort, as ranges, and when they can be done.",
        (
            Question("ranking", "Ranked features"),
            Question("demand", "Who asks for it: people and accounts"),
            Question("forecast", "When the open work is done"),
            Question("allocation", "Who does it"),
        ),
    ),
    Part(
        "needs",
        "What customers need",
        "Themes found in what customers say, and how well the product meets them.",
        (
            Question("themes", "Themes in feedback"),
            Question("pmf", "How disappointed they would be without it", BY_SEGMENT),
            Question("nps", "How likely they are to recommend it", BY_SEGMENT),
        ),
    ),
    Part(
        "customers",
        "Who they are and what they are worth",
        "Segments, how long customers stay, and what they will bring.",
        (
            Question("rfm", "Segments by recency, frequency and money"),
            Question("lifetime_value", "Value of the next twelve months", BY_SEGMENT),
            Question("bg_nbd", "How they buy again"),
            Question("retention", "How many stay", ({"by": "segment"}, {})),
            Question("shifted_beta_geometric", "How contracts renew"),
        ),
    ),
    Part(
        "money",
        "Price and channels",
        "What the market will pay, and what each channel costs for what it brings.",
        (
            Question("van_westendorp", "The acceptable price", BY_SEGMENT),
            Question(
                "acquisition",
                "Cost and worth of a customer by channel",
                ({"by": ["channel"]}, {}),
            ),
        ),
    ),
    Part(
        "experiments",
        "Experiments",
        "What changes did, measured against those who did not get them.",
        (Question("experiment", "Effect of each arm"),),
    ),
)


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One question and its answer, or why there is none; `settings` are those that were answered."""

    question: Question
    settings: Settings = field(default_factory=dict)
    result: results.Result | None = None
    refusal: errors.FourfitsError | None = None
    queries: tuple[str, ...] = ()

    @functools.cached_property
    def spec(self) -> dict[str, Any] | None:
        """The chart of the answer, drawn once for all who show it; `None` where there is none."""
        drawn = self.result is not None and type(self.result).chart is not results.Result.chart
        return self.result.spec() if self.result is not None and drawn else None

    def to_dict(self) -> dict[str, Any]:
        """The answer as plain data."""
        head = {"analysis": self.question.analysis, "title": self.question.title}
        if self.result is None:
            problem = self.refusal
            return head | {
                "refused": problem.message if problem else "",
                "hint": problem.hint if problem else "",
            }
        return head | self.result.to_dict() | {"queries": list(self.queries)}


@dataclass(frozen=True, kw_only=True)
class Chapter:
    """Answers that belong together."""

    part: Part
    entries: tuple[Entry, ...]


@dataclass(frozen=True, kw_only=True)
class Loop:
    """Everything that was asked and answered in one run."""

    name: str
    today: datetime.date
    as_of: datetime.datetime | None
    versions: Mapping[str, int]
    chapters: tuple[Chapter, ...]
    data_quality: results.Result
    quarantine: tuple[Mapping[str, Any], ...] = field(default=())

    def result(self, analysis: str) -> results.Result | None:
        """The answer of an analysis; `None` where the data did not carry it."""
        for chapter in self.chapters:
            for entry in chapter.entries:
                if entry.question.analysis == analysis:
                    return entry.result
        return None

    def detached(self) -> Loop:
        """The same without a connection to the data, so that another process can take it over."""
        chapters = (
            dataclasses.replace(chapter, entries=tuple(map(_detached, chapter.entries)))
            for chapter in self.chapters
        )
        return dataclasses.replace(self, chapters=tuple(chapters))

    def to_dict(self) -> dict[str, Any]:
        """The whole report as plain data."""
        return {
            "name": self.name,
            "today": self.today.isoformat(),
            "as_of": self.as_of and self.as_of.isoformat(),
            "fourfits": fourfits.__version__,
            "versions": dict(self.versions),
            "chapters": [
                {
                    "key": chapter.part.key,
                    "title": chapter.part.title,
                    "entries": [entry.to_dict() for entry in chapter.entries],
                }
                for chapter in self.chapters
            ],
            "data_quality": self.data_quality.to_dict(),
            "quarantine": [dict(row) for row in self.quarantine],
        }


def _detached(entry: Entry) -> Entry:
    """The entry with the rows of its result's queries in their place; its chart stays drawn."""
    import ibis
    import ibis.expr.types as ir

    if entry.result is None:
        return entry
    held = {one.name: getattr(entry.result, one.name) for one in dataclasses.fields(entry.result)}
    rows = {
        name: ibis.memtable(sums.fetch_arrow(value))
        for name, value in held.items()
        if isinstance(value, ir.Table)
    }
    free = dataclasses.replace(entry, result=dataclasses.replace(entry.result, **rows))
    free.__dict__["spec"] = entry.spec
    return free


def run(
    data: sources.Data, *, today: datetime.date, progress: Progress = lambda _share, _what: None
) -> Loop:
    """Run the whole loop on a source; nothing is written to it.

    Where the source has no segments, those by recency, frequency and money serve; where feedback
    has no themes yet, they are found first.

    Args:
        data: The source, see `sources.open`.
        today: The day of the report; freshness of data is measured against it.
        progress: Called with the share that is done and the question that is asked.

    Raises:
        TableError: If the source holds no table at all.
    """
    if not list(data):
        raise errors.TableError(
            "There is no data here yet.", hint="`fourfits import orders FILE` brings some in"
        )
    found = {name: data.table(name) for name in data}
    with sums.remembered():
        checked = quality.check(found, as_of=datetime.datetime.combine(today, datetime.time.max))
        chapters = _answered(data, progress)
    return Loop(
        name=data.workspace.name,
        today=today,
        as_of=data.as_of,
        versions=data.versions,
        chapters=chapters,
        data_quality=checked,
        quarantine=tuple(quality.quarantined(found, limit=20)),
    )


def _answered(data: sources.Data, progress: Progress) -> tuple[Chapter, ...]:
    """Every question in its order, those first on whose answers others stand."""
    n_asked = sum(len(part.questions) for part in LOOP)
    progress(0.0, "segments and themes")
    data, ready = _prepared(data)
    chapters, n_done = [], 0
    for part in LOOP:
        entries = []
        for question in part.questions:
            n_done += 1
            progress(n_done / (n_asked + 1), question.title)
            entries.append(ready.get(question.analysis) or _ask(data, question))
        chapters.append(Chapter(part=part, entries=tuple(entries)))
    return tuple(chapters)


def _ask(data: sources.Data, question: Question) -> Entry:
    """The first settings that the data carry decide; where none do, what the plainest was refused."""
    refusal: errors.FourfitsError | None = None
    for settings in question.settings:
        with sums.statements() as queries:
            try:
                result = analyses.named(question.analysis).run(data, **settings)
            except errors.FourfitsError as problem:
                refusal = problem
                continue
        return Entry(
            question=question,
            settings=settings,
            result=result,
            queries=tuple(queries),
        )
    return Entry(question=question, refusal=refusal)


def _prepared(data: sources.Data) -> tuple[sources.Data, dict[str, Entry]]:
    """The source with segments and themes, and the answers that were found on the way.

    Themes are named after the needs of the features that are planned, so that demand finds them.
    """
    found: dict[str, Entry] = {}
    if "memberships" not in data and "orders" in data:
        entry = found["rfm"] = _ask(data, _question("rfm"))
        if entry.result is not None:
            members = cast("segments.RfmResult", entry.result).members()
            data = data.adding(memberships=members)
    if "assignments" not in data and "feedback" in data:
        question = dataclasses.replace(_question("themes"), settings=({"known": _needs(data)},))
        entry = found["themes"] = _ask(data, question)
        if entry.result is not None:
            assigned = cast("needs.ThemesResult", entry.result).assignments()
            data = data.adding(assignments=assigned)
    return data, found


def _question(analysis: str) -> Question:
    every = (question for part in LOOP for question in part.questions)
    return next(question for question in every if question.analysis == analysis)


def _needs(data: sources.Data) -> list[str]:
    """Names of needs that people gave to features."""
    if "features" not in data or "need" not in data.features.columns:
        return []
    features = data.features
    named = features.filter(features.need.notnull()).select("need").distinct()
    return sorted(sums.fetch(named)["need"])
