"""The draft of a postmortem: what a run knows of an incident, laid out for people to go on from."""
