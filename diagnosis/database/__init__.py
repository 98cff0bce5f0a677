"""Rules and facts of the database domain."""
