"""Rules and facts of the readiness domain."""
