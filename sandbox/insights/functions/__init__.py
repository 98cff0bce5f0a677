"""What do the query language's functions compute, as SQL?

https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax-operations-functions.html
A function gets its arguments as SQL values and as nodes, for those that must be literals, and returns a value.
Importing a family registers its functions.
"""

from sandbox.insights.functions import choices, documents, networks, numbers, texts, times
from sandbox.insights.functions.arguments import FUNCTIONS, Arguments

__all__ = ["FUNCTIONS", "Arguments", "choices", "documents", "networks", "numbers", "texts", "times"]
