"""The page of the local Slack, in a real browser."""
