"""Rules and facts of the serverless domain."""
