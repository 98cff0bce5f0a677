"""The embedded AWS: a moto server in a process of its own, completed where moto is silent or wrong."""

DEFAULT_ACCOUNT = "123456789012"
DEFAULT_REGION = "ap-northeast-1"
