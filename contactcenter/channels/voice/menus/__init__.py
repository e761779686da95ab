"""Phone menus as text that people change: drafts, what is wrong with them, trials, publishing, history."""
