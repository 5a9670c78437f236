"""Copies of a data folder, and what proves that they and the log are whole."""
