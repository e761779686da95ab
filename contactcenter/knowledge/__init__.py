"""The stored knowledge base: articles published, found by their words, suggested beside a conversation."""
