"""What the operator wrote in config/: read strictly, compared with the database, applied in one transaction."""
