"""What measures come to over columns: rows through their lines to numbers, a whole cohort at once."""
