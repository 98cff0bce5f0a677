"""Rules and facts of the logs domain."""
