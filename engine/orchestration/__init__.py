"""Prefect's part of the house, and the only part that imports it: `quiet` brings it into a process, `flows` and
`chunks` are what it runs, `shown` is what an office sees of that, `serving`, `deployments` and `runner` keep it going,
`server` is its server's application.

A package and no single room, because a flow run, what is shown of it and what keeps it going are three subjects.
Others use `engine.review_cycles.run_advance` and `engine.orchestration.serving.keep_up`, which import the rest once
there is something to run: Prefect reads its environment, once and for all, when it is imported.
"""
