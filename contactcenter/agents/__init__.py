"""Agents: what they say of themselves, and what they can carry."""
