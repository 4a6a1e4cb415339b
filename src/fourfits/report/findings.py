"""What each answer says, in a sentence that a product manager can repeat."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from fourfits import checks, config, errors
from fourfits.results import likely, plain, shown

if TYPE_CHECKING:
    from fourfits import results
    from fourfits.report.loop import Loop

Row = Mapping[str, Any]
WORKS = 60
"""The threshold of a working fit, see `config.Scale`."""


def finding(result: results.Result) -> str:
    """The main finding of a result; its definition where the table says it all.

    >>> from fourfits import surveys
    >>> finding(surveys.nps({"score": [10] * 40 + [3] * 20}, score="score"))
    'NPS is 33 (9 to 57) among 60 answers.'
    """
    rows = [plain(row) for row in result.table.to_pylist()]
    say = _SENTENCES.get(result.analysis)
    if not say or not rows:
        return result.definition
    enough = _enough(rows, _PEOPLE.get(result.analysis, ""))
    if not enough:
        return f"No group has the {config.MIN_GROUP} people that a comparison needs."
    alone = len(enough) == 1 < len(rows)
    return f"{named(enough[0], result)}: {say(result, enough)}" if alone else say(result, enough)


def fits(loop: Loop) -> list[dict[str, Any]]:
    """The four cards at the head of the report."""
    result = loop.result("scorecard")
    if result is None:
        return []
    whole = [plain(row) for row in result.table.to_pylist() if row["group"] == "all"]
    return [_card(row) for row in whole]


def verdict(low: float, high: float) -> tuple[str, str]:
    """What the interval of a score allows to say: a mood (`good`, `warn`, `bad`), and words.

    >>> verdict(61, 70), verdict(51, 64), verdict(20, 59)
    (('good', 'works'), ('warn', 'not certain'), ('bad', 'does not work'))
    """
    if low >= WORKS:
        return "good", "works"
    return ("bad", "does not work") if high < WORKS else ("warn", "not certain")


def conflicts(loop: Loop) -> list[dict[str, Any]]:
    """One card per conflict, largest first."""
    result = loop.result("conflicts")
    if result is None:
        return []
    currency = _currency(result)
    return [
        {
            "title": row["title"],
            "sentence": row["sentence"],
            "size": f"{money(row['size_amount'])}{currency}",
            "probability": likely(row["probability"]),
            "owners": row["owners"],
            "remedies": _remedies(row["remedies"]),
        }
        for row in result.to_dict()["rows"]
    ]


def money(amount: float | None) -> str:
    """An amount as a person says it.

    >>> money(1234567.0), money(45.678), money(4.5), money(None)
    ('1.23 million', '46', '4.50', '–')
    """
    if amount is None:
        return "–"
    if abs(amount) >= 1_000_000:
        return f"{amount / 1_000_000:.3g} million"
    return f"{amount:,.0f}" if abs(amount) >= 10 else f"{amount:.2f}"


def price(amount: float | None) -> str:
    """A price as a person says it: cents only below a hundred, and where there are any.

    >>> price(384.0), price(17.4), price(9.0)
    ('384', '17.40', '9')
    """
    whole = amount is None or abs(amount) >= 100 or amount == round(amount)
    return ("–" if amount is None else f"{amount:,.0f}") if whole else f"{amount:.2f}"


def day(text: str) -> str:
    """A date as a person says it.

    >>> day("2026-07-02")
    '2 Jul 2026'
    """
    found = datetime.date.fromisoformat(text)
    return f"{found.day} {found:%b %Y}"


def ranks(low: float, high: float) -> str:
    """Places in an order.

    >>> ranks(1.0, 1.0), ranks(2, 4)
    ('rank 1', 'ranks 2 to 4')
    """
    first, last = round(low), round(high)
    return f"rank {first}" if first == last else f"ranks {first} to {last}"


def percent(share: float | None) -> str:
    """A share as a percentage.

    >>> percent(0.6315), percent(0.0057)
    ('63%', '0.6%')
    """
    if share is None:
        return "–"
    return f"{100 * share:.0f}%" if abs(share) >= 0.1 else f"{100 * share:.1f}%"


def named(row: Row, result: results.Result) -> str:
    """What the groups of a row are called: `Pro`, or `ads · Pro`."""
    groups = checks.names(result.parameters.get("by"))
    return " · ".join(shown(row[name]) for name in groups)


def _enough(rows: list[Row], n: str) -> list[Row]:
    """The rows with enough people to be called best or worst; one row alone is compared with none."""
    if len(rows) == 1:
        return rows
    return [row for row in rows if row.get(n) is None or row[n] >= config.MIN_GROUP]


def _extremes(result: results.Result, rows: list[Row], value: str) -> tuple[Row, Row] | None:
    """The groups with the highest and the lowest value, where there are groups to compare."""
    known = [row for row in rows if row.get(value) is not None]
    if not checks.names(result.parameters.get("by")) or len(known) < 2:
        return None
    ordered = sorted(known, key=lambda row: float(row[value]))
    return ordered[-1], ordered[0]


def _nps(result: results.Result, rows: list[Row]) -> str:
    ends = _extremes(result, rows, "nps")
    if ends is None:
        row = rows[0]
        return (
            f"NPS is {row['nps']:.0f} ({row['nps_low']:.0f} to {row['nps_high']:.0f}) "
            f"among {errors.counted(row['n_responses'], 'answer')}."
        )
    best, worst = ends
    return (
        f"{named(best, result)} recommend most, NPS {best['nps']:.0f} "
        f"({best['nps_low']:.0f} to {best['nps_high']:.0f}); {named(worst, result)} least, "
        f"{worst['nps']:.0f} ({worst['nps_low']:.0f} to {worst['nps_high']:.0f})."
    )


def _pmf(result: results.Result, rows: list[Row]) -> str:
    share, low, high = (f"very_disappointed_{end}" for end in ("share", "low", "high"))
    ends = _extremes(result, rows, share)
    if ends is None:
        row = rows[0]
        return (
            f"{percent(row[share])} ({percent(row[low])} to {percent(row[high])}) would be very "
            f"disappointed without the product; {percent(config.PMF_THRESHOLD)} marks a fit."
        )
    reached = [named(row, result) for row in rows if row[low] >= config.PMF_THRESHOLD]
    best, worst = ends
    certain = (
        f" Surely above {percent(config.PMF_THRESHOLD)}: {', '.join(reached)}." if reached else ""
    )
    return (
        f"{percent(best[share])} of {named(best, result)} would be very disappointed without the "
        f"product, {percent(worst[share])} of {named(worst, result)}.{certain}"
    )


def _rfm(_: results.Result, rows: list[Row]) -> str:
    top = max(rows, key=lambda row: row["revenue_share"] or 0)
    return (
        f"{top['segment']} are {percent(top['customers_share'])} of customers and bring "
        f"{percent(top['revenue_share'])} of revenue."
    )


def _lifetime_value(result: results.Result, rows: list[Row]) -> str:
    column = "value_per_customer_amount"
    ends = _extremes(result, rows, column)
    unit = _currency(result)
    if ends is None:
        row = rows[0]
        return (
            f"A customer will bring {money(row[column])}{unit} ({money(row[column + '_low'])} to "
            f"{money(row[column + '_high'])}) within the horizon."
        )
    best, worst = ends
    return (
        f"{named(best, result)} will bring most, {money(best[column])}{unit} each; "
        f"{named(worst, result)} least, {money(worst[column])}{unit}."
    )


def _bg_nbd(result: results.Result, _: list[Row]) -> str:
    found = {row["parameter"]: row for row in result.table.to_pylist()}
    alive = found["alive_share"]
    still = (
        f"{percent(alive['estimate'])} of {errors.counted(alive['n_customers'], 'customer')} are "
        "still active"
        if getattr(result, "tells_who_left", True)
        else f"Who of {errors.counted(alive['n_customers'], 'customer')} has left can hardly be told"
    )
    return (
        f"{still}; while active they buy {found['purchase_rate']['estimate']:.2g} times a "
        f"{result.parameters.get('unit', 'week')}."
    )


def _contracts(_: results.Result, rows: list[Row]) -> str:
    loss = [row for row in rows if row["parameter"] == "first_loss_share"]
    return f"{percent(loss[0]['estimate'])} leave at the first renewal; those who stay leave ever less."


def _retention(result: results.Result, rows: list[Row]) -> str:
    plateaus = [plain(row) for row in getattr(result, "plateaus").to_pylist()]  # noqa: B009
    known = [row for row in _enough(plateaus, "n_customers") if row["plateau_share"] is not None]
    if not known:
        last = rows[-1]
        return f"{percent(last['retained_share'])} are back after {last['period']} {result.parameters['unit']}s; no plateau is in sight yet."
    ends = _extremes(result, known, "plateau_share")
    if ends is None:
        row = known[0]
        return (
            f"The curve settles at {percent(row['plateau_share'])} "
            f"({percent(row['plateau_low'])} to {percent(row['plateau_high'])})."
        )
    best, worst = ends
    return (
        f"{named(best, result)} settle at {percent(best['plateau_share'])}, "
        f"{named(worst, result)} at {percent(worst['plateau_share'])}."
    )


def _themes(_: results.Result, rows: list[Row]) -> str:
    top = rows[0]
    growing = [row["theme"] for row in rows if row["trend"] == "growing"]
    more = f" Growing: {', '.join(growing[:3])}." if growing else ""
    return (
        f'{len(rows)} themes; the largest, "{top["theme"]}", is '
        f"{percent(top['share'])} of what is said.{more}"
    )


def _van_westendorp(result: results.Result, rows: list[Row]) -> str:
    unit = f" {result.parameters['currency']}" if result.parameters.get("currency") else ""
    if len(rows) == 1:
        row = rows[0]
        best = row["best_revenue_amount"]
        more = f" Revenue is best at {price(best)}{unit}." if best is not None else ""
        return (
            f"Prices from {price(row['pmc_amount'])} to {price(row['pme_amount'])}{unit} are "
            f"acceptable, {price(row['opp_amount'])}{unit} meets least resistance.{more}"
        )
    ends = _extremes(result, rows, "idp_amount")
    if ends is None:
        return result.definition
    best, worst = ends
    return (
        f"{named(best, result)} accept {price(best['pmc_amount'])} to {price(best['pme_amount'])}"
        f"{unit}; {named(worst, result)} only {price(worst['pmc_amount'])} to "
        f"{price(worst['pme_amount'])}{unit}."
    )


def _acquisition(result: results.Result, rows: list[Row]) -> str:
    ends = _extremes(result, rows, "ltv_to_cac")
    if ends is None:
        return result.definition
    best, worst = ends
    return (
        f"{named(best, result)} brings {best['ltv_to_cac']:.1f} times its cost "
        f"({best['ltv_to_cac_low']:.1f} to {best['ltv_to_cac_high']:.1f}), {named(worst, result)} "
        f"{worst['ltv_to_cac']:.1f} times ({worst['ltv_to_cac_low']:.1f} to "
        f"{worst['ltv_to_cac_high']:.1f}); 3 is sound."
    )


def _ranking(_: results.Result, rows: list[Row]) -> str:
    sure = [row for row in rows if row["p_top_k"] >= 0.9]
    first = rows[0]
    belong = "feature surely belongs" if len(sure) == 1 else "features surely belong"
    belongs = f"{len(sure)} {belong} to the chosen ones. " if sure else ""
    return (
        f'{belongs}First is "{first["name"]}", on {ranks(first["rank_low"], first["rank_high"])}.'
    )


def _demand(_: results.Result, rows: list[Row]) -> str:
    people = max(rows, key=lambda row: row["people"] or 0)
    accounts = max(rows, key=lambda row: row["account_amount"] or 0)
    carried = [row["need"] for row in rows if row["carried_by_one_account"]]
    more = f" Carried by one account: {', '.join(carried)}." if carried else ""
    sides = []
    if people["people"] is not None:
        sides.append(f'Most people want "{people["need"]}" ({people["people"]:,.0f})')
    if accounts["account_amount"] is not None:
        amount = money(accounts["account_amount"])
        sides.append(f'most account revenue stands behind "{accounts["need"]}" ({amount})')
    said = "; ".join(sides) or "Nobody is known who voices a need"
    return f"{said[0].upper()}{said[1:]}.{more}"


def _forecast(_: results.Result, rows: list[Row]) -> str:
    row = rows[0]
    items = errors.counted(row["n_items"], "open item")
    levels = ("50", "85", "95")
    by = [(row[f"finish_{level}_on"], level) for level in levels]
    dated = [f"by {day(on)} with {level}%" for on, level in by if on]
    if not dated:
        return f"In half of all futures {items} would not be done within ten years."
    if len(dated) == len(levels):
        done = f"{', '.join(dated[:-1])} and {dated[-1]}"
    else:
        done = f"{', '.join(dated)}; ten years do not suffice for more"
    return f"{items} {'is' if row['n_items'] == 1 else 'are'} done {done}."


def _allocation(_: results.Result, rows: list[Row]) -> str:
    firm = max(rows, key=lambda row: row["loss_without"] or 0)
    pairs = [f'{row["team"]} on "{row["feature_name"]}"' for row in rows[:6]]
    return f"Best together: {', '.join(pairs)}. The dearest to change is that of {firm['team']}."


def _scorecard(_: results.Result, rows: list[Row]) -> str:
    known = [row for row in rows if row["group"] == "all" and row["score"] is not None]
    weak = [_fit(row) for row in known if row["score"] < WORKS]
    if not weak:
        return "Every fit that could be measured works, taken over all its groups."
    return f"Below the threshold, taken over all groups: {', '.join(weak)}."


def _conflicts(_: results.Result, rows: list[Row]) -> str:
    return f"{len(rows)} conflicts between the plan and the fits."


def _experiment(_: results.Result, rows: list[Row]) -> str:
    found = [row for row in rows if row["p_adjusted"] is not None]
    if not found:
        return f"{len(rows)} comparisons, none with a verdict."
    best = min(found, key=lambda row: row["p_adjusted"])
    relative = best["relative_share"]
    say = percent if best["kind"] == "proportion" else shown
    return (
        f"{best['arm']} against {best['against']}: {best['metric'].replace('_', ' ')} "
        f"{say(best['value_arm'])} instead of {say(best['value_against'])}"
        + (f" ({100 * relative:+.1f}%)" if relative is not None else "")
        + f"; {best['verdict']}."
    )


_SENTENCES: dict[str, Callable[[Any, list[Row]], str]] = {
    "nps": _nps,
    "pmf": _pmf,
    "rfm": _rfm,
    "lifetime_value": _lifetime_value,
    "bg_nbd": _bg_nbd,
    "shifted_beta_geometric": _contracts,
    "retention": _retention,
    "themes": _themes,
    "van_westendorp": _van_westendorp,
    "acquisition": _acquisition,
    "ranking": _ranking,
    "demand": _demand,
    "forecast": _forecast,
    "allocation": _allocation,
    "scorecard": _scorecard,
    "conflicts": _conflicts,
    "experiment": _experiment,
}

_PEOPLE = {
    "nps": "n_responses",
    "pmf": "n_responses",
    "lifetime_value": "n_customers",
    "van_westendorp": "n_respondents",
    "acquisition": "n_new",
}
"""Column with the people in a group, of analyses that name their best and worst."""


def _fit(row: Row) -> str:
    """`product_market` as people write it: Product–market."""
    return str(row["fit"]).replace("_", "–").capitalize()


def _card(row: Row) -> dict[str, Any]:
    if row["score"] is None:
        return {"name": _fit(row), "score": None, "why": row["finding"]}
    low, high = row["score_low"], row["score_high"]
    mood, words = verdict(low, high)
    return {
        "name": _fit(row),
        "score": round(row["score"]),
        "low": round(low),
        "high": round(high),
        "mood": mood,
        "verdict": words,
        "owner": row["owner"],
        "why": row["finding"],
    }


def _remedies(given: Any) -> list[str]:
    texts = given if isinstance(given, list) else str(given or "").split("\n")
    return [text["sentence"] if isinstance(text, dict) else str(text) for text in texts if text]


def _currency(result: results.Result) -> str:
    names = result.table.column_names
    found = result.table["currency"].unique().to_pylist() if "currency" in names else []
    return f" {found[0]}" if len(found) == 1 and found[0] else ""
