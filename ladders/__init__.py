"""Floor 2, what is required: rules as dated data with the document that each clause comes from, the
graph of rungs and steps, the evaluator over columns of evidence, and its reference in plain loops.
A rule has one meaning; nothing here touches a database, Prefect, a clock or a random source: dates
and evidence are given.
"""
