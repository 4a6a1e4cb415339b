"""The workspace: people, records, screens. What can be computed from a table stands in `fourfits`."""
