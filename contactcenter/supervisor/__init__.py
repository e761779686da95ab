"""The supervisor's desk: every queue, agent and deadline live, and the verbs that act on them. It decides nothing itself."""
