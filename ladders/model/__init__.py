"""What a ladder file says, as immutable values: its ladder, and below it steps, clauses, measures and their lines."""
