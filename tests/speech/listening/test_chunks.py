from collections.abc import Sequence
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from pipeline.speech.listening.chunks import Chunk, Cutting, Packer, Region, RegionFinder, quietest

SMALL = Cutting(pause=3, shortest=2, padding=2, longest=40, gap=20)

# stretches of one probability each: quicker to long regions and pauses than single frames
probabilities = st.lists(
    st.tuples(st.sampled_from([0.0, 0.2, 0.4, 0.6, 0.99]), st.integers(1, 60)), max_size=30
).map(lambda runs: [value for value, count in runs for _ in range(count)])


def find(values: Sequence[float], cutting: Cutting = SMALL) -> list[Region]:
    finder = RegionFinder(cutting)
    return [*finder.feed(values), *finder.finish()]


def pack(regions: Sequence[Region], total: int, cutting: Cutting = SMALL) -> list[Chunk]:
    packer = Packer(cutting)
    chunks = [chunk for region in regions for chunk in packer.feed(region)]
    return [*chunks, *packer.finish(total)]


@given(probabilities)
def test_chunks_hold_all_speech_once_in_order_and_fit_the_window(values: list[float]) -> None:
    regions = find(values)
    chunks = pack(regions, len(values))
    assert [region for chunk in chunks for region in chunk.regions] == regions
    for chunk in chunks:
        assert 0 <= chunk.first < chunk.last <= len(values)
        assert chunk.last - chunk.first <= SMALL.longest
        assert chunk.first <= chunk.regions[0].first
        assert chunk.regions[-1].last <= chunk.last
    assert all(before.last <= after.first for before, after in pairwise(chunks))


@given(probabilities)
def test_every_frame_of_clear_speech_is_in_a_region_unless_it_is_a_click(
    values: list[float],
) -> None:
    covered = {frame for region in find(values) for frame in range(*region)}
    for frame, value in enumerate(values):
        if value >= SMALL.speech and frame not in covered:
            assert frame == 0 or values[frame - 1] < SMALL.speech


@given(probabilities)
def test_regions_are_ordered_apart_and_bounded(values: list[float]) -> None:
    regions = find(values)
    assert all(before.last <= after.first for before, after in pairwise(regions))
    assert all(0 < region.length <= SMALL.longest - 2 * SMALL.padding + 1 for region in regions)


@given(probabilities, st.integers(1, 50))
def test_what_comes_out_does_not_depend_on_how_it_came_in(values: list[float], step: int) -> None:
    finder = RegionFinder(SMALL)
    parts = [values[at : at + step] for at in range(0, len(values), step)]
    regions = [region for part in parts for region in finder.feed(part)]
    assert [*regions, *finder.finish()] == find(values)


@given(probabilities)
def test_frames_that_are_given_up_are_not_needed_again(values: list[float]) -> None:
    finder, packer = RegionFinder(SMALL), Packer(SMALL)
    kept_from = 0
    for value in values:
        chunks = [chunk for region in finder.feed([value]) for chunk in packer.feed(region)]
        chunks += packer.advance(finder.settled)
        assert all(chunk.first >= kept_from for chunk in chunks)
        kept_from = packer.needed(finder.settled)
        # what is held stays near the window's length however long the recording grows
        assert finder.frame - kept_from <= 2 * SMALL.longest + SMALL.gap
    rest = [chunk for region in finder.finish() for chunk in packer.feed(region)]
    rest += packer.finish(len(values))
    assert all(chunk.first >= kept_from for chunk in rest)


def test_a_full_chunk_ends_at_its_longest_late_pause() -> None:
    regions = [Region(0, 20), Region(22, 30), Region(36, 38), Region(39, 50)]
    first, second = pack(regions, 60, Cutting(padding=0, longest=40, gap=20, early=0.7))
    assert first.regions == tuple(regions[:2])
    assert second.regions == tuple(regions[2:])


def test_long_silence_ends_a_chunk() -> None:
    first, second = pack([Region(0, 5), Region(26, 30)], 40)
    assert (first.first, first.last) == (0, 7)
    assert (second.first, second.last) == (24, 32)


def test_neighbours_share_a_short_pause() -> None:
    regions = [Region(0, 34), Region(37, 60)]
    first, second = pack(regions, 60)
    assert first.last == 36
    assert second.first == 36


def test_over_long_speech_is_cut_where_it_is_least_likely() -> None:
    values = [0.9] * 30 + [0.6, 0.4, 0.6] + [0.9] * 30
    first, *_ = find(values)
    assert first == Region(0, 31)


def test_quietest_looks_at_the_neighbours_too() -> None:
    values = [0.9] * 10 + [0.1] + [0.9] * 10 + [0.4] * 5 + [0.9] * 10
    assert quietest(values, 0, len(values)) == 23
