"""Rules and facts of the performance domain."""
