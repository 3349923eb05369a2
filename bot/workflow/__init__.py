"""The use cases, one module a verb. They know ports and domain, never Slack or SQL.

Each follows the same order, so that a crash anywhere loses nothing and repeats nothing: read in a
transaction, call the outside without one, write the outcome together with the jobs it causes.
"""
