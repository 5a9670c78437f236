"""Floor 4, what runs: handle (lock, fold, decide, append), assess, project, replay, history, and
advance for whatever is due, all plain Python over the log. Only orchestration imports Prefect,
which runs cycles and never owns truth. docs/architecture.md names every folder.
"""
