"""The whole loop as one page: from customer data to a ranked plan and the four fits."""

from fourfits.report.loop import Chapter, Entry, Loop, run
from fourfits.report.page import page, single_page
from fourfits.report.terminal import text

__all__ = ["Chapter", "Entry", "Loop", "page", "run", "single_page", "text"]
