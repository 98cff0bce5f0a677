"""What a request to the shop goes through, and the traces of a week of them."""

from __future__ import annotations

from sandbox.scenarios._shop.plan import Story
from sandbox.traces import Call, call
from sandbox.world import World

EVERY = "30s"
SAMPLED = 0.01
"""One request in a hundred is traced."""
_FIND_ITEM = "SELECT name, price FROM items WHERE id = $1"
_ADD_ORDER = "INSERT INTO orders (customer, item, price) VALUES ($1, $2, $3)"


def browse(own_ms: float = 25, orders: Call | None = None) -> Call:
    """Somebody looks at an item."""
    return call("catalog", own_ms, [orders or call("orders", 9, kind="database", statement=_FIND_ITEM)])


def buy(
    own_ms: float = 30,
    payments: Call | None = None,
    carts: Call | None = None,
    orders: Call | None = None,
    zone: str = "",
) -> Call:
    """Somebody buys what is in the cart: it is read, paid for by payments and its ledger, ordered, and a receipt
    is asked for.
    """
    waits_for = [
        carts or call("carts", 6, kind="table"),
        payments or pay(),
        orders or call("orders", 12, kind="database", statement=_ADD_ORDER),
        call("receipts", 7, kind="queue"),
    ]
    return call("checkout", own_ms, waits_for, zone=zone)


def pay(own_ms: float = 20, ledger: Call | None = None) -> Call:
    """The card is charged and the payment written down."""
    return call("payments", own_ms, [call("cards.example.com", 70, kind="host"), ledger or call("ledger", 15)])


def trace_history(world: World, story: Story) -> None:
    """Eight days of traces, until a story's requests take over."""
    world.trace(browse(), at="8d", every=EVERY, until=story.until("catalog"), noise=0.2, sampled=SAMPLED)
    until = story.traced_until or story.until("checkout")
    world.trace(buy(), at="8d", every=EVERY, until=until, noise=0.2, sampled=SAMPLED, method="POST")
