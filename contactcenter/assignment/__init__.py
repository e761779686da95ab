"""Assignment: the waiting line, offers and their answers, wrap-up, and the router that feeds the engine."""
