"""What a ladder means, in plain loops over plain rows."""
