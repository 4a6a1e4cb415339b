"""The roadmap: what is built now, next, later; releases; when work can be done."""
