"""What subjects hold: terms, removals, dispensations, and the way to the next rung."""
