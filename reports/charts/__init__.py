"""How does an exhibit look? Inline SVG in the page's colours, its content also in words for who cannot see it."""

from __future__ import annotations

from diagnosis.exhibits import Bars, Exhibit, Journey, Pairs, Timeline, Waterfall
from reports.charts.bars import bars, pairs
from reports.charts.journeys import journey
from reports.charts.timelines import timeline
from reports.charts.waterfalls import waterfall
from reports.html.markup import Html, tag


def figure(exhibit: Exhibit) -> Html:
    """The exhibit as a figure with its title."""
    return tag("figure", tag("figcaption", exhibit.title), _drawn(exhibit))


def _drawn(exhibit: Exhibit) -> Html:
    match exhibit:
        case Timeline():
            return timeline(exhibit)
        case Bars():
            return bars(exhibit)
        case Pairs():
            return pairs(exhibit)
        case Journey():
            return journey(exhibit)
        case Waterfall():
            return waterfall(exhibit)
