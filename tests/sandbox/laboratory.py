"""What the sandbox's tests ask about. Each topic has an account of its own, so that none disturbs another."""

import json

from sandbox.series import count, gap, points, ramp, spread, steady

EXPECTED = []

METRICS = "100000000001"
ALARMS = "100000000002"
TARGETS = "100000000003"
TRAIL = "100000000004"
TRUST = "100000000005"
BALANCED = "100000000006"


def build(world):
    metrics(world)
    alarms(world)
    targets(world)
    trail(world)
    trust(world)
    network_balancer(world)


def metrics(world):
    def metric(name, series, **more):
        world.metric("Lab", name, {"Of": "lab"}, series, account=METRICS, **more)

    metric("Steady", 5, unit="Percent")
    metric("Steps", steady(1).then(at="30m", value=10))
    metric("Ramp", ramp(0, 60, since="60m"))
    metric("Points", points([1, 2, None, 4, 5, 6, 7, 8, 9, 10], until="5m"))
    metric("Count", count(7))
    metric("Spread", spread(100, 900, samples=1000))
    metric("Gap", gap())
    metric("Late", 1, period_s=300)
    metric("Prompt", 1, lag_s=0)
    world.metric("Other", "Steady", {}, 1, account=METRICS)
    for number in range(520):
        world.metric("Many", "One", {"Number": f"{number:03}"}, 1, account=METRICS)


def alarms(world):
    cloudwatch = world.client("cloudwatch", account=ALARMS)

    def alarm(name, series, **more):
        world.metric("Lab", name, {}, series, account=ALARMS)
        settings = {
            "Namespace": "Lab",
            "MetricName": name,
            "Statistic": "Average",
            "Period": 60,
            "EvaluationPeriods": 3,
            "Threshold": 5,
            "ComparisonOperator": "GreaterThanThreshold",
        }
        cloudwatch.put_metric_alarm(AlarmName=name, **{k: v for k, v in (settings | more).items() if v is not None})

    alarm("quiet", 1)
    alarm("loud", steady(1).then(at="20m", value=9))
    alarm("over", steady(1).then(at="3h", value=9).then(at="2h", value=1))
    alarm("missing", steady(1).then(at="20m", value=gap()))
    alarm("missing-is-bad", steady(1).then(at="20m", value=gap()), TreatMissingData="breaching")
    alarm("missing-is-good", steady(9).then(at="20m", value=gap()), TreatMissingData="notBreaching")
    alarm("missing-is-ignored", steady(9).then(at="20m", value=gap()), TreatMissingData="ignore")
    alarm("two-of-three", points([1, 9, 9] * 20, until=-1_200), DatapointsToAlarm=2)
    alarm("slow", spread(1, 9, samples=100), Statistic=None, ExtendedStatistic="p99")
    expression = {"Id": "e1", "Expression": "FILL(m1, 0) * 2", "ReturnData": True}
    stat = {"Metric": {"Namespace": "Lab", "MetricName": "loud"}, "Period": 60, "Stat": "Average"}
    world.metric("Lab", "math", {}, 1, account=ALARMS)
    cloudwatch.put_metric_alarm(
        AlarmName="math",
        EvaluationPeriods=2,
        Threshold=15,
        ComparisonOperator="GreaterThanThreshold",
        Metrics=[expression, {"Id": "m1", "MetricStat": stat, "ReturnData": False}],
    )
    cloudwatch.put_composite_alarm(AlarmName="both", AlarmRule='ALARM("loud") AND NOT (ALARM(quiet) OR OK(missing))')
    cloudwatch.put_composite_alarm(AlarmName="neither", AlarmRule="ALARM(quiet) OR FALSE")


def targets(world):
    """One network; a target group for each behaviour, on one instance interface each."""
    ec2, elbv2 = world.client("ec2", account=TARGETS), world.client("elbv2", account=TARGETS)
    vpc = ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
    zones = (f"{world.region}a", f"{world.region}c")
    public = [subnet(ec2, vpc, f"10.9.{i}.0/24", zone) for i, zone in enumerate(zones)]
    private = subnet(ec2, vpc, "10.9.10.0/24", zones[0])
    unused = subnet(ec2, vpc, "10.9.11.0/24", f"{world.region}d")
    front = ec2.create_security_group(GroupName="front", Description="front", VpcId=vpc)["GroupId"]
    back = ec2.create_security_group(GroupName="back", Description="back", VpcId=vpc)["GroupId"]
    closed = ec2.create_security_group(GroupName="closed", Description="closed", VpcId=vpc)["GroupId"]
    admit(ec2, back, 8080, front)
    admit(ec2, closed, 8081, front)
    balancer = elbv2.create_load_balancer(Name="lab", Subnets=public, SecurityGroups=[front])["LoadBalancers"][0]
    listener = elbv2.create_listener(
        LoadBalancerArn=balancer["LoadBalancerArn"],
        Protocol="HTTP",
        Port=80,
        DefaultActions=[{"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "404"}}],
    )["Listeners"][0]["ListenerArn"]
    for priority, (name, where, group) in enumerate(
        (
            ("well", private, back),
            ("closed", private, closed),
            ("wrong-code", private, back),
            ("refusing", private, back),
            ("silent", private, back),
            ("slow", private, back),
            ("fresh", private, back),
            ("recent", private, back),
            ("just-broken", private, back),
            ("off-zone", unused, back),
            ("mutable", private, back),
            ("unwired", private, back),
        ),
        start=1,
    ):
        eni = ec2.create_network_interface(SubnetId=where, Groups=[group])["NetworkInterface"]
        arn = elbv2.create_target_group(
            Name=name,
            Protocol="HTTP",
            Port=8080,
            VpcId=vpc,
            TargetType="ip",
            HealthCheckIntervalSeconds=300 if name in ("recent", "just-broken") else 30,
            HealthCheckTimeoutSeconds=5,
            UnhealthyThresholdCount=10 if name in ("recent", "just-broken") else 2,
            HealthyThresholdCount=3,
            Matcher={"HttpCode": "200-299,404"},
        )["TargetGroups"][0]["TargetGroupArn"]
        elbv2.register_targets(TargetGroupArn=arn, Targets=[{"Id": eni["PrivateIpAddress"]}])
        if name != "unwired":
            elbv2.create_rule(
                ListenerArn=listener,
                Priority=priority,
                Conditions=[{"Field": "path-pattern", "Values": [f"/{name}"]}],
                Actions=[{"Type": "forward", "TargetGroupArn": arn}],
            )

    def behaves(name, **how):
        world.target_answers(name, "*", account=TARGETS, **how)

    behaves("well", answer=404)
    behaves("wrong-code", answer=503, at="10m")
    behaves("refusing", answer="refuses", at="10m")
    behaves("silent", answer="silent", at="10m")
    behaves("slow", takes_s=7, at="10m")
    behaves("just-broken", answer=500, at="10s")
    fresh = elbv2.describe_target_groups(Names=["fresh"])["TargetGroups"][0]["TargetGroupArn"]
    recent = elbv2.describe_target_groups(Names=["recent"])["TargetGroups"][0]["TargetGroupArn"]
    world.target_registered(fresh, address(elbv2, fresh), at=0, account=TARGETS)
    world.target_registered(recent, address(elbv2, recent), at="15s", account=TARGETS)
    behaves("recent", answer=500)


def subnet(ec2, vpc, cidr, zone):
    return ec2.create_subnet(VpcId=vpc, CidrBlock=cidr, AvailabilityZone=zone)["Subnet"]["SubnetId"]


def admit(ec2, group, port, source):
    pair = [{"GroupId": source}]
    rule = {"IpProtocol": "tcp", "FromPort": port, "ToPort": port, "UserIdGroupPairs": pair}
    ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[rule])


def address(elbv2, arn):
    return elbv2.describe_target_health(TargetGroupArn=arn)["TargetHealthDescriptions"][0]["Target"]["Id"]


def trail(world):
    def change(*words, **more):
        world.change(*words, account=TRAIL, **more)

    change("RevokeSecurityGroupIngress", ["sg-1"], at="12m", user="ana", request={"groupId": "sg-1"})
    change("AuthorizeSecurityGroupIngress", ["sg-1"], at="3h", user="ben")
    change("rds:ModifyDBInstance", [("AWS::RDS::DBInstance", "orders")], at="2d")
    change("ec2:DescribeInstances", at="20m", user="arn:aws:sts::100000000004:assumed-role/audit/cara")
    change("DeleteRoute", ["rtb-1"], at="1m")
    change("DeleteRoute", ["rtb-2"], at="1m", delay=0)
    change("ec2:RunInstances", at="95d")
    for number in range(60):
        change("lambda:UpdateFunctionCode20150331v2", [("AWS::Lambda::Function", f"f{number}")], at=f"{4 + number}h")


def trust(world):
    iam = world.client("iam", account=TRUST)

    def role(name, principal, **condition):
        statement = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": principal, **condition}
        document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        iam.create_role(RoleName=name, AssumeRolePolicyDocument=document)

    role("open", {"AWS": "arn:aws:iam::123456789012:root"})
    role("named", {"AWS": "123456789012"}, Condition={"StringEquals": {"sts:ExternalId": "vitals-7"}})
    role("foreign", {"AWS": "arn:aws:iam::999999999999:root"})
    role("service", {"Service": "lambda.amazonaws.com"})
    role("banned", {"AWS": "arn:aws:iam::123456789012:root"})


def network_balancer(world):
    """A Network Load Balancer whose only target no rule admits."""
    ec2, elbv2 = world.client("ec2", account=BALANCED), world.client("elbv2", account=BALANCED)
    vpc = ec2.create_vpc(CidrBlock="10.6.0.0/16")["Vpc"]["VpcId"]
    near, far = (subnet(ec2, vpc, f"10.6.{i}.0/24", f"{world.region}a") for i in (1, 2))
    shut = ec2.create_security_group(GroupName="shut", Description="shut", VpcId=vpc)["GroupId"]
    eni = ec2.create_network_interface(SubnetId=far, Groups=[shut])["NetworkInterface"]
    balancer = elbv2.create_load_balancer(Name="net", Subnets=[near], Type="network")["LoadBalancers"][0]
    group = {"Name": "net", "Protocol": "TCP", "Port": 9000, "VpcId": vpc, "TargetType": "ip"}
    arn = elbv2.create_target_group(**group)["TargetGroups"][0]["TargetGroupArn"]
    elbv2.create_listener(
        LoadBalancerArn=balancer["LoadBalancerArn"],
        Protocol="TCP",
        Port=9000,
        DefaultActions=[{"Type": "forward", "TargetGroupArn": arn}],
    )
    elbv2.register_targets(TargetGroupArn=arn, Targets=[{"Id": eni["PrivateIpAddress"]}])
