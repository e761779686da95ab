"""The floor: simulated people who call, write and answer, against the running system through its public doors."""
