"""Text messages: so far those that go out to people on call."""
