"""What do these log events answer to a CloudWatch Logs Insights query?

A query's text becomes a syntax tree (`parser`), the tree becomes DuckDB SQL (`compiler`) over the events of
a `LogStore` (`store`), and `query` runs it. What the engine cannot run raises `MalformedQuery`.
The language: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax.html
"""
