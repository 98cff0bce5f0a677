"""The voice of Vitals: pytest hooks and renderers that turn findings into text, HTML, JSONL and JUnit."""
