"""The report: one self-contained HTML page about a run folder, for people who have no qdmer."""

from runs.report.page import report_of, write_report

__all__ = ["report_of", "write_report"]
