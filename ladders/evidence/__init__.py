"""Evidence as integer columns, and what every place of a question sees of it."""
