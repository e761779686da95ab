"""The rules a flow has to pass before a caller hears it, one file per kind of mistake."""
