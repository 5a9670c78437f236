"""Floor 1, what happened: the facts (pure), the log that keeps them in one order, the seal that
shows they were not altered since, and the vault that holds people's names under a key of their own.
The floors above read what happened here and never change it; ladders and workflows import only the
pure facts (events.facts, events.envelope).
"""
