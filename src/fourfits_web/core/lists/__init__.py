"""A list page declared once: search, filters, sort, columns, saved views, pages, export.

Everything that a reader chose stands in the address, so that it can be sent, saved and reloaded:
`?q=export&source=review&sort=-occurred_at&columns=title,source&page=2`. The parameter names `q`,
`sort`, `columns`, `page`, `size` and `format` are taken; filters take their own names.

    INBOX = lists.List(
        key="feedback",
        title="Feedback",
        noun="item",
        columns=(
            lists.Column("title", "Feedback", link=True),
            lists.Column("source", "Source", labels=SOURCES),
            lists.Column("occurred_at", "When", kind="ago", sort="occurred_at"),
        ),
        filters=(lists.Choice("source", "Source", options=SOURCES.items()),),
        search=("title", "text"),
        default_sort="-occurred_at",
        open=lambda item: f"/feedback/{item.pk}/",
        empty=lists.Empty("No feedback yet", "Import a file or add what a customer said."),
    )

    def inbox(request):
        return INBOX.answer(request, lists.Standing(queries.items))
"""

from fourfits_web.core.lists.columns import Column
from fourfits_web.core.lists.filters import Choice, Days, Filter, Flag, Kept, Range, Text
from fourfits_web.core.lists.forms import Form
from fourfits_web.core.lists.listing import Bulk, Empty, List, Listing, chosen
from fourfits_web.core.lists.sources import Standing

__all__ = [
    "Bulk",
    "Choice",
    "Column",
    "Days",
    "Empty",
    "Filter",
    "Flag",
    "Form",
    "Kept",
    "List",
    "Listing",
    "Range",
    "Standing",
    "Text",
    "chosen",
]
