"""AWS's service models: how does the sandbox read each of them once?

They are large, and moto, botocore and moto's list of regions would each parse their own.
"""

from __future__ import annotations

from functools import cache

import boto3
import botocore.session
from moto.core import loaders, responses, utils

from sandbox.services import actions

ACCESS_KEY = "AKIAVITALSSANDBOX000"


@cache
def session() -> boto3.Session:
    """The boto3 session of the sandbox: dummy credentials, and the loader that moto shares."""
    loader = loaders.create_loader()
    core = botocore.session.get_session()
    core.register_component("data_loader", loader)
    actions.replace(utils, "create_loader", lambda: loader)
    return boto3.Session(ACCESS_KEY, "sandbox", botocore_session=core)


def share() -> None:
    """Let moto read models, regions and the methods of its own classes once. Call it before a service is served."""
    read_regions = boto3.Session.get_available_regions
    shared = session()

    @cache
    def regions(service: str, partition: str, non_regional: bool) -> tuple[str, ...]:
        return tuple(read_regions(shared, service, partition, non_regional))

    def available(
        _self: boto3.Session, service_name: str, partition_name: str = "aws", allow_non_regional: bool = False
    ) -> list[str]:
        return list(regions(service_name, partition_name, allow_non_regional))

    actions.replace(boto3.Session, "get_available_regions", available)
    actions.replace(responses, "method_names_from_class", cache(utils.method_names_from_class))
