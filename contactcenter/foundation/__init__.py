"""What every topic stands on: transactions, time, facts announced and remembered. It knows nothing of the domain."""
