"""Deciders: `decide(command, state, rules)` and `evolve(state, event)`, nothing else."""
