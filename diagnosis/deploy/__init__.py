"""Rules and facts of the deploy domain."""
