"""Administration: what is in force, what came in and went out, what was done by whom. It shows; config/ is where one changes."""
