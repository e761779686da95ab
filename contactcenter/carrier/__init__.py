"""The phone simulator: an honest stand-in for Twilio that reaches the application only through its signed HTTP door."""
