"""Prompts for the model that drafts: instructions only; what people said comes as data in its own message."""
