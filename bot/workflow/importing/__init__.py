"""Bringing past incidents in: from talk or from a document to an incident that can be found.

Nothing is ever posted for them, and nobody is reminded: see `bot.workflow.world.FOR_IMPORTED`.
"""
