"""Customers: who they are over all channels."""
