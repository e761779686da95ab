"""Cases: a customer's problem over all channels, its status, its timeline, its interactions."""
