"""Training hours: years, yearly accounts, and trainings that may be recorded twice."""
