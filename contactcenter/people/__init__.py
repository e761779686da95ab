"""People who work here: passwords and signing in."""
