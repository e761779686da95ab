"""The agent console: what an agent sees, and the verbs an agent has. It shows and calls; it decides nothing."""
