"""Hooks: what a phone menu may look up by name, as config/hooks.yaml declares it. A broken hook never costs the call.

A turn of the menu is one transaction, and a hook runs in none: `asking` ends the transaction where an answer is wanted,
`running` gets it and writes it down (`runs`), and the turn is done again with the answer at hand.
"""
