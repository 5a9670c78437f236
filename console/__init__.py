"""Floor 5, what people touch: the command line, the web, and files in and out. It parses, calls the
engine and renders views; whatever changes something becomes a command first, whatever only looks
reads a projection.
"""
