"""What happens when an alarm fires at night? The incident state machine, its functions, and how they are deployed."""
