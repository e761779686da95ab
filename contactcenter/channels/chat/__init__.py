"""Chat: a widget on the customer's page, kept whole through reloads and lost connections."""
