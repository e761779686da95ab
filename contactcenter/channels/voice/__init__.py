"""Voice: the phone menu, waiting, pickup, hold and hang-up over a provider that speaks TwiML."""
