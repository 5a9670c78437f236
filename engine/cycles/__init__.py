"""What is due in review cycles, and how it is carried out: plain Python over the log."""
