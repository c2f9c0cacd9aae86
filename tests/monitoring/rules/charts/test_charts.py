"""Charts: escaped, described, told apart without colours, on the right side in Hebrew."""

from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitoring.rules.charts import (
    Bar,
    BarChart,
    IntervalChart,
    IntervalRow,
    Layer,
    Line,
    Marker,
    Size,
    StackChart,
    TimeChart,
    draw,
    natural_height,
)
from tests.monitoring.rules.charts.drawn import (
    HOUR,
    ISRAEL,
    START,
    SVG,
    drawn,
    element_of,
    line_chart,
    texts,
    words,
)


def _bars(*, is_rtl: bool = False, label: str = "anger") -> BarChart:
    bars = [Bar(label, 0.4, "40%", (0.3, 0.5)), Bar("fear", 0.1, "10%", (0.05, 0.2))]
    return BarChart(words(is_rtl=is_rtl), bars, "share")


def _stacks() -> StackChart:
    starts = [START + place * HOUR for place in range(4)]
    layers = [
        Layer("negative", "#d55e00", [1, 2, 0, 4], "hatched"),
        Layer("positive", "#0072b2", [1, 0, 0, 1], "dotted"),
    ]
    return StackChart(words(), START, START + 4 * HOUR, ISRAEL, starts, HOUR, layers)


def test_a_chart_tells_those_who_do_not_see_it_what_it_shows() -> None:
    tree = drawn(line_chart([1, 2], words=words(title="Mentions", summary="Most at noon.")))

    named = tree.attrib["aria-labelledby"].split()
    told = {node.attrib["id"]: node.text for node in tree if "id" in node.attrib}
    assert tree.attrib["role"] == "img"
    assert [told[name] for name in named] == ["Mentions", "Most at noon."]


@given(st.text(max_size=60))
def test_whatever_a_name_holds_the_chart_is_still_a_chart(name: str) -> None:
    chart = BarChart(words(title=name, note=name), [Bar(name, 3, "3")])

    tree = drawn(chart)

    assert not list(tree.iter(f"{SVG}script"))


def test_what_turns_the_direction_of_text_is_left_out_of_names() -> None:
    tree = drawn(_bars(label="an\u202eger"))

    assert "anger" in texts(tree)


def test_hebrew_is_embedded_so_that_the_left_is_the_start_everywhere() -> None:
    tree = drawn(_bars(is_rtl=True, label="כעס על Rimon K2"))

    said = element_of(tree, "כעס")
    assert said.text == "\u202bכעס על Rimon K2\u202c"
    assert "direction" not in said.attrib


def test_a_title_in_hebrew_ends_at_the_right_edge() -> None:
    title = element_of(drawn(_bars(is_rtl=True)), "Mentions")

    assert title.attrib["text-anchor"] == "end"
    assert float(title.attrib["x"]) == pytest.approx(944)


@pytest.mark.parametrize(("is_rtl", "side"), [(False, "left"), (True, "right")])
def test_bars_grow_from_the_side_where_reading_begins(is_rtl: bool, side: str) -> None:  # noqa: FBT001
    bars = [node.attrib for node in drawn(_bars(is_rtl=is_rtl)).iter(f"{SVG}rect")][1:]

    lefts = {round(float(bar["x"]), 1) for bar in bars}
    rights = {round(float(bar["x"]) + float(bar["width"]), 1) for bar in bars}

    assert (len(lefts) == 1) == (side == "left")
    assert (len(rights) == 1) == (side == "right")


def test_time_runs_from_left_to_right_in_hebrew_too() -> None:
    tree = drawn(line_chart([1, 5, 2, 8], words=words(is_rtl=True)))

    hours = [node for node in tree.iter(f"{SVG}text") if ":" in (node.text or "")]
    places = [float(node.attrib["x"]) for node in hours]
    assert [node.text for node in hours] == sorted(node.text or "" for node in hours)
    assert places == sorted(places)


def test_moments_are_those_of_the_clock_on_the_wall() -> None:
    tree = drawn(line_chart([1, 5, 2, 8]))

    assert "06:00" in texts(tree)
    assert "03:00" not in texts(tree)


def test_midnight_is_called_by_its_day() -> None:
    tree = drawn(line_chart([1.0] * 30))

    assert "13.8" in texts(tree)


def test_what_is_not_known_breaks_the_line() -> None:
    tree = drawn(line_chart([1, 2, None, 4, 5]))

    lines = [node for node in tree.iter(f"{SVG}path") if node.attrib.get("stroke") == "#0072b2"]
    assert len(lines) == 3  # two runs, and the sample of the key


def test_an_interval_is_drawn_as_a_band_as_high_as_its_bounds() -> None:
    tree = drawn(line_chart([0.2, 0.3], band=[(0.1, 0.4), (0.2, 0.5)], unit="share"))

    band = [node for node in tree.iter(f"{SVG}path") if node.attrib.get("fill-opacity") == "0.2"]
    assert len(band) == 1
    assert "50%" in texts(tree)


def test_parts_of_a_stack_differ_in_grey_print() -> None:
    tree = drawn(_stacks())

    patterns = {node.attrib["id"] for node in tree.iter(f"{SVG}pattern")}
    painted = {node.attrib.get("fill", "") for node in tree.iter(f"{SVG}rect")}
    assert patterns == {"chart-hatched", "chart-dotted"}
    assert {f"url(#{name})" for name in patterns} <= painted


def test_ids_of_two_charts_on_a_page_are_apart() -> None:
    first, second = draw(_stacks(), Size(), key="a"), draw(_stacks(), Size(), key="b")

    assert 'id="a-hatched"' in first
    assert 'id="b-hatched"' in second
    assert "#a-" not in second


def test_stacks_stand_on_each_other_and_end_at_the_sum() -> None:
    tree = drawn(_stacks())
    hatched = [node for node in tree.iter(f"{SVG}rect") if node.attrib.get("fill") == "#d55e00"]
    dotted = [node for node in tree.iter(f"{SVG}rect") if node.attrib.get("fill") == "#0072b2"]

    bottom, top = hatched[1].attrib, dotted[1].attrib

    assert float(top["y"]) + float(top["height"]) == pytest.approx(float(bottom["y"]), abs=0.02)


def test_signs_of_what_happened_do_not_cover_each_other() -> None:
    markers = [Marker(START + HOUR + timedelta(minutes=place), "x") for place in range(4)]
    tree = drawn(line_chart([1, 5, 2, 8], markers=markers))

    places = [float(node.attrib["cx"]) for node in tree.iter(f"{SVG}circle")]
    assert len(places) == 4
    assert all(after - before >= 18 for before, after in pairwise(places))


def test_signs_of_what_happened_at_the_end_stay_in_the_picture() -> None:
    markers = [Marker(START + 4 * HOUR, "x") for _place in range(5)]
    tree = drawn(line_chart([1, 5, 2, 8], markers=markers))

    places = [float(node.attrib["cx"]) for node in tree.iter(f"{SVG}circle")]
    [line] = {
        node.attrib["d"].split()[0]
        for node in tree.iter(f"{SVG}path")
        if node.attrib.get("stroke-dasharray") == "3 3"
    }
    assert f"M{places[-1]:.1f}" == line
    assert all(after - before >= 18 for before, after in pairwise(places))


def test_an_interval_that_leaves_the_chart_ends_in_an_arrow() -> None:
    rows = [IntervalRow("one", "rose", (-0.2, 0.5, 9.0)), IntervalRow("two", "early")]
    tree = drawn(IntervalChart(words(), rows))

    arrows = [node for node in tree.iter(f"{SVG}path") if node.attrib["d"].endswith("v12Z")]
    assert len(arrows) == 1
    assert "early" in texts(tree)


@pytest.mark.parametrize(
    "chart",
    [
        line_chart([0, 0]),
        BarChart(words(), []),
        IntervalChart(words(), []),
        StackChart(words(), START, START, ISRAEL, [], HOUR, []),
        TimeChart(words(), START, START + HOUR, ISRAEL, [Line("all", "#000000", [])]),
    ],
    ids=["zeros", "no bars", "no rows", "no stacks", "no line"],
)
def test_a_chart_of_nothing_says_so(chart: BarChart) -> None:
    assert "None" in texts(drawn(chart))


@pytest.mark.parametrize("width", [320, 960, 2400])
def test_nothing_is_drawn_outside_of_any_size(width: int) -> None:
    chart = _bars(label="a very long name of something that was searched for by somebody")

    tree = drawn(chart, Size(width, natural_height(chart, width)))

    for node in tree.iter(f"{SVG}rect"):
        left = float(node.attrib.get("x", 0))
        assert left >= 0
        assert left + float(node.attrib["width"]) <= width
