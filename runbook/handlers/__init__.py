"""What does each state of the runbook do? One module a Lambda function."""
