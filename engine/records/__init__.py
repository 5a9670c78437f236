"""What is recorded of trainings and by imports: listed, counted, taken back."""
