"""Can a packet get from here to there and its answer back, and if not, what stops it?"""

from diagnosis.reachability.answers import Answer, Blocker, BlockerKey, Code, Direction, Kind, Verdict
from diagnosis.reachability.descriptions import Descriptions, SnapshotError
from diagnosis.reachability.exposure import Exposure
from diagnosis.reachability.flows import Endpoint, Flow, FlowError
from diagnosis.reachability.network import Network
from diagnosis.reachability.packets import Packet, PacketSet
from diagnosis.reachability.pairs import Pairs
from diagnosis.reachability.resolving import UndescribedError
from diagnosis.reachability.security_groups import GroupDecision

__all__ = [
    "Answer",
    "Blocker",
    "BlockerKey",
    "Code",
    "Descriptions",
    "Direction",
    "Endpoint",
    "Exposure",
    "Flow",
    "FlowError",
    "GroupDecision",
    "Kind",
    "Network",
    "Packet",
    "PacketSet",
    "Pairs",
    "SnapshotError",
    "UndescribedError",
    "Verdict",
]
