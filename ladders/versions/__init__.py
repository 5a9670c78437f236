"""What two versions of a ladder say differently."""
