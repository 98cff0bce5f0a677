"""Rules and facts of the network domain."""
