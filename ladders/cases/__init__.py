"""Case files: what a ladder should come to, held against what it does."""
