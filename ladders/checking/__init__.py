"""What a careful lawyer would find in a ladder that can be read, and whether it fits the evidence catalogue."""
