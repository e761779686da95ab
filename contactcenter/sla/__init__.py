"""Promises: business calendars and deadlines (pure), and the clocks that run by them."""
