"""Numbered migrations: what every entry file of a register goes through when its form changes.

A migration changes how a fact is written, never the fact: that takes a line in `history`. Each is a
pure function of one file's text that leaves alone what has its new form, so the register itself
tells which it has passed: those that would change nothing. No number is kept anywhere that could be
wrong. docs/maintain/new-field.md goes through it.
"""

from migrations.m0000_rehearsal import REHEARSAL
from migrations.migration import Migration

MIGRATIONS: tuple[Migration, ...] = (REHEARSAL,)
"""All of them, in the order of their numbers. None is ever taken out or changed."""
