"""Verdicts asked of a district: now, under another version, and of past decisions again."""
