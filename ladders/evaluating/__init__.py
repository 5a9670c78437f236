"""Clauses to verdicts over columns: of a cohort, of one subject and why, and on days to come."""
