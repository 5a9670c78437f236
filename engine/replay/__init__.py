"""Every decision derived again from what it pinned."""
