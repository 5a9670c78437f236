"""Floor 3, what is decided: a pure decider for every process, `decide(state, command) -> events`
and `evolve(state, event) -> state`. Time and ids arrive in commands; a refusal says why and what to
do next.
"""
