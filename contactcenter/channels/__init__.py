"""The ways in and out: voice, email, chat, messaging; each translates between a provider and the cases."""
