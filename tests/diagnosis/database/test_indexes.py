"""Which tables lack an index, and which indexes does nobody need?"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from diagnosis.answers import Absent
from diagnosis.database.candidates import candidates
from diagnosis.database.indexes import index_trouble, too_early
from diagnosis.database.inside import DatabaseIndexes, IndexUse, TableUse
from diagnosis.places import Place
from diagnosis.targets import Target

NOW = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
ORDERS = Target(
    "database", Place("123456789012", "eu-west-1"), "orders", "arn:aws:rds:eu-west-1:123456789012:db:orders"
)
BIG = TableUse("public.items", 100_000, 500, 50_000_000, 0, ("id", "label", "shop"), (), NOW - timedelta(minutes=2))
INDEX = IndexUse("public.i", "public.items", ("label",), "btree (label)", 5, 20e6)


def seen(*tables, indexes=(), **more):
    known = {"since": None, "as_of": NOW, "created": NOW - timedelta(days=90)} | more
    return DatabaseIndexes(ORDERS, "shop", tables, tuple(indexes), **known)


def changed(value, **more):
    return type(value)(**(vars(value) | more))


def test_a_large_table_read_from_end_to_end_lacks_an_index():
    [finding] = index_trouble(seen(BIG, statements=("SELECT * FROM items WHERE label = ?",)))
    assert (finding.cause, finding.impact) == ("missing_index", "now")
    assert finding.remedy == "CREATE INDEX CONCURRENTLY ON public.items (label)"


@pytest.mark.parametrize(
    "healthy",
    [
        {"rows": 9_999},
        {"scans": 0},
        {"index_scans": 9_500},
        {"scans": 9},
        {"last_scan": NOW - timedelta(days=2)},
    ],
)
def test_what_is_no_missing_index(healthy):
    assert index_trouble(seen(changed(BIG, **healthy))) == []


def test_statistics_that_were_just_reset_say_nothing():
    fresh = seen(BIG, since=NOW - timedelta(hours=2))
    assert isinstance(too_early(fresh), Absent)
    assert index_trouble(fresh) == []
    assert too_early(seen(BIG, since=NOW - timedelta(days=1))) is None
    assert too_early(seen(BIG)) is None


def test_an_index_that_is_being_built_is_not_broken():
    broken = changed(INDEX, is_valid=False)
    assert [f.cause for f in index_trouble(seen(indexes=[broken]))] == ["missing_index"]
    assert index_trouble(seen(indexes=[changed(broken, is_being_built=True)])) == []
    assert too_early(seen(indexes=[broken], since=NOW)) is None


def test_of_two_that_are_alike_one_goes():
    [finding] = index_trouble(seen(indexes=[INDEX, changed(INDEX, name="public.j")]))
    assert finding.subject == "orders shop.public.j"
    key = changed(INDEX, name="public.z", enforces=True)
    assert [f.subject for f in index_trouble(seen(indexes=[INDEX, key]))] == ["orders shop.public.i"]
    assert (
        index_trouble(
            seen(indexes=[INDEX, changed(INDEX, name="public.j", definition="btree (label) WHERE (shop = 1)")])
        )
        == []
    )


def test_unused_is_said_only_where_no_replica_may_use_it_and_after_a_week():
    idle = changed(INDEX, scans=0)
    assert [f.impact for f in index_trouble(seen(indexes=[idle]))] == ["hygiene"]
    assert index_trouble(seen(indexes=[idle], is_alone=False)) == []
    assert index_trouble(seen(indexes=[idle], created=NOW - timedelta(days=6))) == []
    assert index_trouble(seen(indexes=[changed(idle, enforces=True)])) == []
    assert index_trouble(seen(indexes=[changed(idle, size_bytes=9e6)])) == []


def test_mysql_drops_an_index_of_its_table_and_is_told_no_size_of_it():
    idle = changed(INDEX, name="by_note", table="shop.items", scans=0)
    [finding] = index_trouble(seen(indexes=[idle], engine="mysql"))
    assert finding.subject == "orders shop.shop.items.by_note"
    assert finding.evidence[1] == "all of shop.items: 20.0 MB"
    assert finding.remedy.startswith("DROP INDEX by_note ON shop.items, unless")
    [scanned] = index_trouble(seen(changed(BIG, last_scan=None), engine="mysql"))
    assert "pg_stat" not in scanned.remedy


def test_names_stay_quoted_in_what_is_to_be_run():
    odd = changed(BIG, name='"My Shop"."Order ""Items"""', columns=("id", '"Label; DROP"'))
    text = 'SELECT 1 FROM "My Shop"."Order ""Items""" WHERE "Label; DROP" = ?'
    [finding] = index_trouble(seen(odd, statements=(text,)))
    assert finding.remedy == 'CREATE INDEX CONCURRENTLY ON "My Shop"."Order ""Items""" ("Label; DROP")'


@pytest.mark.parametrize(
    ("statement", "columns"),
    [
        ("SELECT * FROM items WHERE label = $1 AND shop > $2", ("label", "shop")),
        ('SELECT * FROM "public"."items" i JOIN shops s ON s.id = i.shop WHERE i.label IN (?)', ("label", "shop")),
        ("UPDATE items SET label = ? WHERE shop = ?", ("shop",)),
        ("SELECT label FROM other WHERE label = ?", ()),
        ("SELECT label FROM items", ()),
        ("SELECT * FROM items, shops WHERE shop = ?", ("shop",)),
    ],
)
def test_candidates_are_what_statements_pick_rows_by(statement, columns):
    assert candidates(BIG, (), (statement,)) == columns


def test_what_an_index_begins_with_is_no_candidate():
    assert candidates(changed(BIG, foreign_keys=("shop, id",)), (INDEX,), ("SELECT 1 FROM items WHERE label = ?",)) == (
        "shop, id",
    )
