"""Automation: rules that act on cases through the same verbs as people, with a log of each; escalations until somebody answers."""
