"""The history of the schema; each step is a file under versions/."""
