"""Is what serves users observed before somebody needs to know?"""

import pytest

from diagnosis.limits import Limits
from diagnosis.readiness.observation import (
    AccessLog,
    ClusterInsights,
    DatabaseObservation,
    Tracing,
    unlogged_access,
    unobserved_cluster,
    unobserved_database,
    untraced,
)

pytestmark = pytest.mark.readiness


def test_access_is_logged(access_log: AccessLog) -> None:
    """Without an access log nobody knows afterwards whom an outage hit, nor where."""
    assert unlogged_access(access_log) == []


def test_clusters_are_observed(cluster_insights: ClusterInsights) -> None:
    """A task that was killed for its memory shows how it grew only where Container Insights looked on."""
    assert unobserved_cluster(cluster_insights) == []


def test_functions_are_traced(tracing: Tracing) -> None:
    """A slow request is explained by its trace, and a trace cannot be taken afterwards."""
    assert untraced(tracing) == []


def test_databases_are_observed(database_observation: DatabaseObservation, limits: Limits) -> None:
    """Which statement loaded a database is known for the time in which it was recorded."""
    assert unobserved_database(database_observation, **limits) == []
