"""The knowledge base without any I/O: articles, terms, ranking, suggestions, excerpts."""
