"""Mail: what arrives, what it says, which case it belongs to, and what we send back."""
