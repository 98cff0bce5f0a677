"""A real PostgreSQL for scenarios and tests, in processes that cannot outlive the one that asked for it."""
