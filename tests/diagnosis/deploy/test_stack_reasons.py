"""Is the cause found that CloudFormation stores with a resource that failed?"""

from __future__ import annotations

import pytest

from diagnosis.deploy.stack_reasons import stack_reason


@pytest.mark.parametrize(
    ("reason", "cause"),
    [
        ("CREATE_FAILED: reports-bucket already exists", "config"),
        ("/aws/lambda/mail already exists in stack arn:aws:cloudformation:eu-west-1:1:stack/mail/1f", "config"),
        ('Resource of type "AWS::SQS::Queue" (HandlerErrorCode: AlreadyExists)', "config"),
        ("Member must be at most 900 (RequestToken: a, HandlerErrorCode: InvalidRequest)", "config"),
        ("You are at the limit (RequestToken: a, HandlerErrorCode: ServiceLimitExceeded)", "quota"),
        ("Access denied for operation 'AWS::KMS::Key' (HandlerErrorCode: AccessDenied)", "permission"),
        ("User: arn:aws:iam::1:user/x is not authorized to perform: s3:PutObject (HandlerErrorCode: InvalidRequest)",
         "permission"),
        ("The bucket is not empty", None),
    ],
)  # fmt: skip
def test_the_service_speaks_first_then_cloudformation(reason: str, cause: str | None) -> None:
    assert stack_reason(reason).specific_cause == cause


def test_what_is_there_already_is_imported_deleted_or_left_another_name() -> None:
    assert "import" in stack_reason("reports already exists").remedy
