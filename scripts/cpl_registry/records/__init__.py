"""What a file says: text becomes frozen, typed records, or findings."""
