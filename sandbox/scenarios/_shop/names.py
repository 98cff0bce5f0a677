"""How the shop finds the machines of its head office: a resolver rule, a name server of its own, and a query log."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sandbox.scenarios._shop.plan import Network, make_log_group
from sandbox.series import count
from sandbox.world import World

DOMAIN = "corp.example.com"
QUERY_LOG = "/vpc/queries"
SERVER_ADDRESS = "10.0.10.200"


@dataclass(frozen=True)
class Names:
    """The ids of the rule, of its endpoint, and of the instance that is the name server."""

    rule: str
    endpoint: str
    server: str


def build_names(world: World, network: Network, fails_since: str = "0s") -> Names:
    """A rule that forwards the office's names, in use; its look-ups fail since `fails_since`."""
    ec2, resolver = world.client("ec2"), world.client("route53resolver")
    group = ec2.create_security_group(GroupName="names", Description="name server", VpcId=network.vpc)["GroupId"]
    asked = {"IpProtocol": "udp", "FromPort": 53, "ToPort": 53, "IpRanges": [{"CidrIp": "10.0.0.0/16"}]}
    ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[asked])
    server = ec2.run_instances(
        ImageId="ami-12c6146b",
        MinCount=1,
        MaxCount=1,
        SubnetId=network.private_subnets[0],
        PrivateIpAddress=SERVER_ADDRESS,
        SecurityGroupIds=[group],
    )["Instances"][0]["InstanceId"]
    endpoint = resolver.create_resolver_endpoint(
        CreatorRequestId="names",
        Name="to-office",
        SecurityGroupIds=[group],
        Direction="OUTBOUND",
        IpAddresses=[{"SubnetId": subnet} for subnet in network.private_subnets],
    )["ResolverEndpoint"]["Id"]
    rule = resolver.create_resolver_rule(
        CreatorRequestId="names",
        Name="office",
        RuleType="FORWARD",
        DomainName=DOMAIN,
        TargetIps=[{"Ip": SERVER_ADDRESS, "Port": 53}],
        ResolverEndpointId=endpoint,
    )["ResolverRule"]["Id"]
    resolver.associate_resolver_rule(ResolverRuleId=rule, Name="shop", VPCId=network.vpc)
    _query_log(world, network, fails_since)
    of_endpoint = {"EndpointId": endpoint}
    world.metric("AWS/Route53Resolver", "EndpointUnhealthyENICount", of_endpoint, 0, "Count", period_s=300)
    world.metric("AWS/Route53Resolver", "OutboundQueryAggregateVolume", of_endpoint, count(300), "Count", period_s=300)
    return Names(rule, endpoint, server)


def _query_log(world: World, network: Network, fails_since: str) -> None:
    make_log_group(world, QUERY_LOG)
    resolver = world.client("route53resolver")
    config = resolver.create_resolver_query_log_config(
        Name="shop",
        DestinationArn=f"arn:aws:logs:{world.region}:{world.account}:log-group:{QUERY_LOG}",
        CreatorRequestId="names",
    )["ResolverQueryLogConfig"]["Id"]
    resolver.associate_resolver_query_log_config(ResolverQueryLogConfigId=config, ResourceId=network.vpc)
    for name, until in ((f"api.{DOMAIN}.", fails_since), ("example.org.", "0s")):
        world.logs(
            QUERY_LOG, _look_up(network.vpc, name, "NOERROR"), stream=network.vpc, at="1d", every="2m", until=until
        )
    if fails_since != "0s":
        failed = _look_up(network.vpc, f"api.{DOMAIN}.", "SERVFAIL")
        world.logs(QUERY_LOG, failed, stream=network.vpc, at=fails_since, every="20s")


def _look_up(vpc: str, name: str, rcode: str) -> Callable[[datetime], str]:
    """A line of Resolver's query log, as
    https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resolver-query-logs-example-json.html has them.
    """

    def line(moment: datetime) -> str:
        return json.dumps(
            {
                "version": "1.100000",
                "vpc_id": vpc,
                "query_timestamp": f"{moment:%Y-%m-%dT%H:%M:%SZ}",
                "query_name": name,
                "query_type": "A",
                "query_class": "IN",
                "rcode": rcode,
                "answers": [],
                "transport": "UDP",
            }
        )

    return line
