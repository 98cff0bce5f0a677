"""Does a transit gateway answer with the routes that its associations, propagations and attachments make?"""

from __future__ import annotations

import pytest


@pytest.fixture(scope="module")
def ec2(_laboratory):
    return _laboratory.client("ec2")


def gateway(ec2, **options):
    transit = ec2.create_transit_gateway(Options=options)["TransitGateway"]
    return transit["TransitGatewayId"], transit["Options"]["AssociationDefaultRouteTableId"]


def attached(ec2, transit, block):
    vpc = ec2.create_vpc(CidrBlock=block)["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock=block)["Subnet"]["SubnetId"]
    made = ec2.create_transit_gateway_vpc_attachment(TransitGatewayId=transit, VpcId=vpc, SubnetIds=[subnet])
    return made["TransitGatewayVpcAttachment"]["TransitGatewayAttachmentId"]


def routes(ec2, table, **filters):
    asked = [{"Name": name.replace("_", "-"), "Values": [value]} for name, value in filters.items()]
    asked = asked or [{"Name": "state", "Values": ["active", "blackhole"]}]
    found = ec2.search_transit_gateway_routes(TransitGatewayRouteTableId=table, Filters=asked)["Routes"]
    return {
        route["DestinationCidrBlock"]: (
            route["Type"],
            route["State"],
            [attachment["TransitGatewayAttachmentId"] for attachment in route.get("TransitGatewayAttachments", ())],
        )
        for route in found
    }


def test_attachments_are_associated_with_and_propagate_to_the_default_table(ec2):
    transit, table = gateway(ec2)
    one, other = attached(ec2, transit, "10.41.0.0/24"), attached(ec2, transit, "10.42.0.0/24")
    assert routes(ec2, table) == {
        "10.41.0.0/24": ("propagated", "active", [one]),
        "10.42.0.0/24": ("propagated", "active", [other]),
    }
    described = ec2.describe_transit_gateway_attachments(TransitGatewayAttachmentIds=[one, other])
    associated = [each["Association"] for each in described["TransitGatewayAttachments"]]
    assert associated == [{"TransitGatewayRouteTableId": table, "State": "associated"}] * 2


def test_a_gateway_without_default_tables_leaves_both_to_its_owner(ec2):
    off = {"DefaultRouteTableAssociation": "disable", "DefaultRouteTablePropagation": "disable"}
    transit, _ = gateway(ec2, **off)
    own = ec2.create_transit_gateway_route_table(TransitGatewayId=transit)["TransitGatewayRouteTable"]
    table = own["TransitGatewayRouteTableId"]
    one = attached(ec2, transit, "10.43.0.0/24")
    ec2.associate_transit_gateway_route_table(TransitGatewayRouteTableId=table, TransitGatewayAttachmentId=one)
    [described] = ec2.describe_transit_gateway_attachments(TransitGatewayAttachmentIds=[one])[
        "TransitGatewayAttachments"
    ]
    assert described["Association"]["TransitGatewayRouteTableId"] == table
    assert routes(ec2, table) == {}
    ec2.enable_transit_gateway_route_table_propagation(TransitGatewayRouteTableId=table, TransitGatewayAttachmentId=one)
    assert routes(ec2, table) == {"10.43.0.0/24": ("propagated", "active", [one])}


def test_a_static_route_goes_before_a_propagated_one_and_is_a_black_hole_once_its_attachment_is_gone(ec2):
    transit, table = gateway(ec2)
    one, other = attached(ec2, transit, "10.44.0.0/24"), attached(ec2, transit, "10.45.0.0/24")
    of_table = {"TransitGatewayRouteTableId": table}
    ec2.create_transit_gateway_route(DestinationCidrBlock="10.44.0.0/24", TransitGatewayAttachmentId=other, **of_table)
    ec2.create_transit_gateway_route(DestinationCidrBlock="10.46.0.0/16", Blackhole=True, **of_table)
    assert routes(ec2, table)["10.44.0.0/24"] == ("static", "active", [other])
    assert routes(ec2, table)["10.46.0.0/16"] == ("static", "blackhole", [])
    ec2.delete_transit_gateway_vpc_attachment(TransitGatewayAttachmentId=other)
    assert routes(ec2, table) == {
        "10.44.0.0/24": ("static", "blackhole", []),
        "10.46.0.0/16": ("static", "blackhole", []),
    }
    assert one not in str(routes(ec2, table))


def test_routes_are_searched_by_prefix_and_by_attachment(ec2):
    transit, table = gateway(ec2)
    one, other = attached(ec2, transit, "10.47.0.0/16"), attached(ec2, transit, "10.48.0.0/24")
    ec2.create_transit_gateway_route(
        TransitGatewayRouteTableId=table, DestinationCidrBlock="0.0.0.0/0", TransitGatewayAttachmentId=other
    )
    found = routes(ec2, table, **{"route-search.longest-prefix-match": "10.47.1.2/32"})
    assert found == {"10.47.0.0/16": ("propagated", "active", [one])}
    assert set(routes(ec2, table, **{"route-search.subnet-of-match": "10.0.0.0/8"})) == {"10.47.0.0/16", "10.48.0.0/24"}
    assert set(routes(ec2, table, **{"attachment.transit-gateway-attachment-id": other})) == {
        "10.48.0.0/24",
        "0.0.0.0/0",
    }


def test_what_is_no_table_is_refused(ec2):
    with pytest.raises(ec2.exceptions.ClientError, match=r"InvalidRouteTableID\.NotFound"):
        routes(ec2, "tgw-rtb-00000000000000000")
