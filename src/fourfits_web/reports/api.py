"""Reports for programs: every number of the workspace, with what stands under it."""

from __future__ import annotations

import datetime
from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Field, Query, Router

from fourfits_web.core import api, api_jobs
from fourfits_web.reports import actions, queries
from fourfits_web.reports.models import Report

router = Router()


class ReportOut(api.Out):
    """A run of an analysis."""

    id: str
    analysis: str
    parameters: dict[str, Any]
    as_of: datetime.datetime | None
    versions: dict[str, int]
    code_version: str
    computed_at: datetime.datetime
    refused: str
    hint: str


class WholeReportOut(ReportOut):
    """A run with its answer."""

    is_stale: bool
    summary: dict[str, Any]
    rows: list[dict[str, Any]]
    warnings: list[str]
    data: dict[str, int]
    definition: str
    assumptions: str
    source: str
    queries: list[str]


class ReportIn(api.In):
    """What to compute."""

    analysis: str = Field(max_length=64)
    parameters: dict[str, Any] = {}
    as_of: api.Moment | None = Field(None, description="On the data of that moment.")


@router.get("/reports", response={200: api.Rows[ReportOut], **api.REFUSALS}, by_alias=True)
def list_reports(
    request: HttpRequest,
    part: Query[api.Part],
    analysis: str = "",
) -> Any:
    """Runs, newest first, without their answers."""
    api.may(request, "workspace.read")
    found = Report.objects.defer("result", "chart", "queries")
    return api.rows(found.filter(analysis=analysis) if analysis else found, part, _head)


@router.get("/reports/{report_id}", response={200: api.One[WholeReportOut], **api.REFUSALS})
def get_report(request: HttpRequest, report_id: str) -> Any:
    """One run with its answer: rows, headline numbers, warnings, SQL."""
    api.may(request, "workspace.read")
    report = get_object_or_404(Report, pk=api.number(report_id, "report"))
    answer = report.result or {}
    return {
        "data": {
            **_head(report),
            "is_stale": queries.is_stale(report),
            "summary": report.summary,
            "rows": report.rows,
            "warnings": report.warnings,
            "data": answer.get("data", {}),
            "definition": answer.get("definition", ""),
            "assumptions": answer.get("assumptions", ""),
            "source": answer.get("source", ""),
            "queries": report.queries,
        }
    }


@router.post("/reports", response={202: api.One[api_jobs.JobOut], **api.REFUSALS})
@api.idempotent
def compute_report(request: HttpRequest, given: ReportIn) -> Any:
    """Compute in the background; the job's result names the report."""
    actor = api.may(request, "reports.run")
    job = actions.refresh(actor, given.analysis, given.parameters, as_of=given.as_of)
    return 202, {"data": api_jobs.shown(job)}


def _head(report: Report) -> dict[str, Any]:
    named = {name: getattr(report, name) for name in ReportOut.model_fields if name != "id"}
    return {"id": f"report_{report.pk}", **named}
