"""Saved runs of analyses: every number on a page leads to one."""
