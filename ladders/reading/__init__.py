"""Files to values: the text, its shape, and what one part of a file says of another, each mistake with its line."""
