"""Pages: ask, answer, redirect. Decisions are made elsewhere."""
