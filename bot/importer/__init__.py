"""`postmortem import`: past incidents from exports and documents into the database, without Slack."""
