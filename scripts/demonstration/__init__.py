"""The generator of the demonstration register: a plan goes in, entry and decision files come out.

Standard library only, no clock, no chance: everything that looks drawn is drawn from the seed in
the plan and the words that name the thing, so the same plan gives the same bytes for ever.
"""
