"""The player of an episode's page, in a real browser: what it plays, shows, remembers and tells."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from pipeline.models import Chapter, Transcript, Word
from pipeline.site.assets import asset_keys, read_assets
from pipeline.site.page import episode_page

EPISODE = "episodes/tide-machines.html"
NOW = "document.querySelector('audio').currentTime"
#: Every element that plays, in the order in which they begin.
SPY = """() => {
  const play = HTMLMediaElement.prototype.play;
  window.heard = [];
  HTMLMediaElement.prototype.play = function () { window.heard.push(this); return play.call(this); };
}"""
Open = Callable[..., Page]


@pytest.fixture
def troubled(browser: Browser, site: Any) -> Iterator[Page]:
    """The episode's page in a browser that may complain: something of it is not there."""
    context = browser.new_context(viewport={"width": 1180, "height": 900})
    page = context.new_page()
    page.goto(site.url + EPISODE)
    yield page
    context.close()


def test_a_sentence_plays_from_its_time_and_is_marked(show: Open, sample: Any) -> None:
    page = show(EPISODE)
    sentence = page.get_by_text("The knowledge was in three people.", exact=True)
    sentence.click()
    sample.playing_at(page, float(sentence.get_attribute("data-t") or ""))
    expect(page.locator(".heard")).to_have_text(re.compile("^The knowledge"))


def test_a_chapter_and_a_time_seek_the_player(show: Open, sample: Any) -> None:
    page = show(EPISODE)
    page.get_by_role("link", name="When the tables were wrong", exact=False).first.click()
    sample.playing_at(page, 81.2)
    page.locator("#transcript a.time").nth(1).click()
    sample.playing_at(page, 17.2)
    expect(page).to_have_url(re.compile("#t=17.2$"))  # it names the moment, to be sent to somebody


def test_keys_alone_reach_a_moment(show: Open, sample: Any) -> None:
    page = show(EPISODE)
    page.locator("#transcript a.time").nth(1).focus()
    page.keyboard.press("Enter")
    sample.playing_at(page, 17.2)


def test_the_length_and_the_place_are_shown_before_anything_is_loaded(show: Open) -> None:
    asked: list[str] = []
    page = show("index.html")
    page.on("request", lambda request: asked.append(request.url))
    page.goto(page.url.replace("index.html", EPISODE))
    controls = page.get_by_role("group", name="Episode audio")
    expect(controls.get_by_text("2:30")).to_be_visible()
    title = controls.get_by_text("The machine that added up the moon")
    expect(title).to_be_hidden()  # the heading right above says so
    expect(controls.get_by_role("slider", name="Position")).to_have_attribute("max", "150")
    assert not page.locator("audio").is_visible()
    page.locator("#transcript").scroll_into_view_if_needed()
    expect(title).to_be_visible()
    assert not [url for url in asked if url.endswith(".mp3")]


def test_a_quote_plays_its_own_sound_to_the_end_and_leads_on(show: Open, sample: Any) -> None:
    """It played on past its end, and through the gap of a [...]."""
    page = show(EPISODE)
    page.evaluate(SPY)
    figure = page.locator("#q-k3v9")
    onward = figure.get_by_role("link", name="Go on in the episode")
    expect(onward).to_be_hidden()
    figure.get_by_role("button", name="Play the quote, at 0:23").click()
    expect(onward).to_be_visible()  # only once it has ended
    assert page.evaluate("heard.map(a => [new URL(a.src).pathname, a.ended])") == [
        [f"/{sample.CLIPS['k3v9']}", True]
    ]
    assert page.evaluate("heard[0].currentTime") == pytest.approx(sample.CLIP_SECONDS, abs=0.1)
    assert page.evaluate(NOW) == 0
    onward.click()
    sample.playing_at(page, 33.6)  # where the quote ends


def test_one_sound_at_a_time(show: Open, sample: Any) -> None:
    page = show(EPISODE)
    page.get_by_role("button", name="Play", exact=True).click()
    sample.playing_at(page, 0)
    # Slowly, or it may have ended before a busy machine looks.
    page.evaluate(
        "document.addEventListener('play', (e) => (e.target.playbackRate = 0.0625), true)"
    )
    quote = page.locator("#q-m2p7 a.play")
    quote.click()
    expect(quote).to_have_attribute("aria-pressed", "true")
    play = page.get_by_role("button", name="Play", exact=True)
    play.click()  # which is Pause until the quote is heard
    expect(quote).to_have_attribute("aria-pressed", "false")
    other = page.context.new_page()
    other.goto(page.url)
    other.get_by_role("button", name="Play", exact=True).click()
    expect(play).to_be_visible()


def test_a_quote_without_a_sound_of_its_own_plays_from_its_time(show: Open, sample: Any) -> None:
    page = show(EPISODE)
    page.locator("#q-t8w1 a.play").click()
    sample.playing_at(page, 105.2)


def test_buttons_and_the_bar_move_the_sound_and_name_the_chapter(show: Open, sample: Any) -> None:
    page = show(EPISODE)
    controls = page.get_by_role("group", name="Episode audio")
    bar = controls.get_by_role("slider", name="Position")
    assert page.locator("[data-part=marks] i").count() == 2
    controls.get_by_role("button", name="30 seconds on").click()
    controls.get_by_role("button", name="30 seconds on").click()
    expect(bar).to_have_attribute("aria-valuetext", "1:00, Three people")
    controls.get_by_role("button", name="15 seconds back").click()
    expect(bar).to_have_attribute("aria-valuetext", "0:45, Brass wheels")
    bar.focus()
    page.keyboard.press("PageDown")
    expect(bar).to_have_attribute("aria-valuetext", "0:50, Three people")
    page.keyboard.press("End")
    expect(bar).to_have_attribute("aria-valuetext", "2:30, When the tables were wrong")
    box = bar.bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(page.locator("[data-part=hint]")).to_have_text("1:15 Three people")


def test_a_key_that_is_pressed_while_the_sound_comes_counts(show: Open) -> None:
    page = show(EPISODE)
    page.evaluate(
        """() => document.addEventListener("loadedmetadata", () => player.seek(15), { capture: true })"""
    )
    page.keyboard.press("l")
    page.wait_for_function("() => player.audio.readyState && !player.audio.seeking")
    assert page.evaluate(NOW) == 15


def test_keys_work_and_leave_typing_and_the_browser_alone(show: Open, sample: Any) -> None:
    page = show(EPISODE)
    page.keyboard.press("l")
    page.wait_for_function(f"() => {NOW} === 30")
    page.keyboard.press("ArrowLeft")
    page.wait_for_function(f"() => {NOW} === 15")
    page.keyboard.press("n")
    page.wait_for_function(f"() => {NOW} === 50.8")
    page.keyboard.press("Control+l")
    page.keyboard.press(">")
    expect(page.get_by_label("Speed")).to_have_value("1.25")
    page.get_by_label("Speed").focus()
    page.keyboard.press("k")
    page.get_by_role("button", name="15 seconds back").focus()
    page.keyboard.press(" ")  # presses that button, and nothing else
    page.wait_for_function(f"() => Math.abs({NOW} - 35.8) < 0.01")
    assert page.evaluate("document.querySelector('audio').paused")
    page.keyboard.press("k")
    sample.playing_at(page, 35.8)
    page.keyboard.press("?")
    keys = page.get_by_role("dialog", name="Keys")
    expect(keys.get_by_text("Previous and next chapter")).to_be_visible()
    keys.get_by_label("Use these keys").uncheck()
    keys.get_by_role("button", name="Close").click()
    page.locator("h1").click()
    page.keyboard.press("p")
    assert page.evaluate(NOW) > 35.8


def test_speed_and_position_are_remembered_and_the_position_is_offered(
    show: Open, sample: Any
) -> None:
    page = show(EPISODE)
    page.get_by_label("Speed").select_option("2")
    page.locator("#transcript a.time").nth(4).click()
    start = float(page.locator("#transcript a.time").nth(4).get_attribute("data-t") or "")
    sample.playing_at(page, start)
    page.keyboard.press("k")
    again = page.context.new_page()
    again.goto(page.url.partition("#")[0])
    expect(again.get_by_label("Speed")).to_have_value("2")
    assert again.evaluate("document.querySelector('audio').playbackRate") == 2
    assert again.evaluate(NOW) == 0  # offered, not forced
    again.goto(page.url.partition("#")[0] + "#t=0")
    sample.playing_at(again, 0)
    again.reload()  # the link's moment takes neither the place nor the offer
    resume = again.get_by_role("button", name=re.compile(r"Go on at \d:\d\d"))
    resume.click()
    sample.playing_at(again, start)
    expect(resume).to_be_hidden()


def test_a_browser_that_remembers_nothing_plays(show: Open, sample: Any) -> None:
    page = show("index.html")
    page.add_init_script(
        "Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('no'); } })"
    )
    page.goto(page.url.replace("index.html", EPISODE))
    page.get_by_label("Speed").select_option("1.5")
    page.get_by_role("button", name="Play", exact=True).click()
    sample.playing_at(page, 0)


def test_the_transcript_is_followed_until_somebody_scrolls(show: Open, sample: Any) -> None:
    page = show(EPISODE, viewport={"width": 400, "height": 500}, reduced_motion="reduce")
    follow = page.get_by_role("button", name="Follow along")
    expect(follow).to_be_hidden()
    page.locator("#transcript a.time").first.click()
    expect(follow).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("l")
    page.keyboard.press("l")
    heard = page.locator(".heard")
    expect(heard).to_be_in_viewport()
    page.mouse.wheel(0, -2000)
    expect(follow).to_have_attribute("aria-pressed", "false")
    page.keyboard.press("l")
    expect(heard).not_to_be_in_viewport()
    follow.click()
    expect(heard).to_be_in_viewport()


def test_a_locked_phone_shows_what_is_heard_and_moves_it(show: Open, sample: Any) -> None:
    page = show("index.html")
    page.add_init_script(
        "navigator.mediaSession.setActionHandler = (name, act) => { (window.acts ??= {})[name] = act; }"
    )
    page.goto(page.url.replace("index.html", EPISODE))
    page.get_by_role("button", name="Play", exact=True).click()
    sample.playing_at(page, 0)
    shown = page.evaluate(
        "(({ title, artist, album, artwork }) => ({ title, artist, album, cover: artwork[0].src }))"
        "(navigator.mediaSession.metadata)"
    )
    assert shown["title"] == "The machine that added up the moon"
    assert shown["artist"] == "Ines Okafor and Tomas Lind"
    assert shown["album"] == "Brass and Water"
    assert shown["cover"].endswith("/art/cover-00112233.jpg")
    page.evaluate("acts.seekto({ seekTime: 60 })")
    sample.playing_at(page, 60)
    page.evaluate("acts.seekbackward({})")
    sample.playing_at(page, 45)
    page.evaluate("acts.pause()")
    expect(page.get_by_role("button", name="Play", exact=True)).to_be_visible()


def test_a_sound_that_is_gone_is_told_with_a_way_on(troubled: Page, sample: Any) -> None:
    troubled.route("**/audio/*.mp3", lambda route: route.fulfill(status=404))
    troubled.get_by_role("button", name="Play", exact=True).click()
    alert = troubled.get_by_role("alert")
    expect(alert).to_contain_text("The sound cannot be loaded. Perhaps it was replaced")
    troubled.unroute("**/audio/*.mp3")
    alert.get_by_role("button", name="Reload the page").click()
    troubled.get_by_role("button", name="Play", exact=True).click()
    sample.playing_at(troubled, 0)


def test_a_lost_connection_is_told_and_play_goes_on_at_the_same_place(
    troubled: Page, sample: Any
) -> None:
    troubled.context.set_offline(True)
    troubled.keyboard.press("l")
    troubled.get_by_role("button", name="Play", exact=True).click()
    expect(troubled.get_by_role("alert")).to_contain_text("There is no connection.")
    troubled.context.set_offline(False)
    troubled.get_by_role("button", name="Play", exact=True).click()
    sample.playing_at(troubled, 30)
    expect(troubled.get_by_role("alert")).to_be_hidden()


def test_the_button_says_play_whenever_the_message_does(troubled: Page, sample: Any) -> None:
    """It said Pause while the browser still asked, and where the sound ran out."""
    play, alert = troubled.get_by_role("button", name="Play", exact=True), "[role=alert]"
    asked: list[Route] = []
    troubled.route("**/audio/*.mp3", lambda route: asked.append(route))
    troubled.context.set_offline(True)
    troubled.evaluate(
        "() => player.audio.addEventListener('waiting', () => { window.waits = true; })"
    )
    play.click()
    troubled.wait_for_function("() => window.waits")
    expect(troubled.locator(alert)).to_be_hidden()
    while not asked:
        troubled.wait_for_timeout(10)
    asked.pop().abort("internetdisconnected")
    expect(troubled.locator(alert)).to_contain_text("There is no connection.")
    expect(play).to_be_visible()
    troubled.unroute("**/audio/*.mp3")
    troubled.context.set_offline(False)
    play.click()
    sample.playing_at(troubled, 0)
    troubled.context.set_offline(True)
    troubled.evaluate("() => player.audio.dispatchEvent(new Event('waiting'))")
    expect(troubled.locator(alert)).to_contain_text("There is no connection.")
    expect(play).to_be_visible()


def test_the_player_stays_in_sight_and_hides_no_target(show: Open) -> None:
    page = show(EPISODE)
    page.get_by_role("link", name="In the transcript", exact=False).last.click()
    player = page.locator(".player").bounding_box()
    target = page.locator("#transcript p:target").bounding_box()
    assert player
    assert target
    assert 0 <= player["y"] < 10
    assert target["y"] >= player["y"] + player["height"] - 1


@pytest.mark.parametrize(
    ("changes", "hours", "chapters"),
    [
        ({"language": "ar", "title": "آلة المد والجزر"}, 0, 3),
        ({"artwork_key": None}, 0, 0),
        ({}, 10, 100),
    ],
)
def test_any_episode_has_a_player_that_fits(
    changes: dict[str, Any], hours: int, chapters: int, show: Open, site: Any, sample: Any
) -> None:
    """From right to left, without a cover and chapters, of ten hours with a hundred chapters."""
    seconds = hours * 3600 or sample.SECONDS
    marks = [Chapter(i * seconds / chapters, f"Chapter {i}") for i in range(chapters)]
    facts = sample.facts(duration=seconds, **changes)
    html = episode_page(facts, sample.QUOTES, marks, sample.spoken(), {}, clips=sample.CLIPS)
    for name, key in asset_keys({}, facts.language).items():
        site.put(key, read_assets({}, facts.language)[name])
    site.put("episodes/any.html", html)
    page = show("episodes/any.html", viewport={"width": 320, "height": 640})
    page.wait_for_function("() => document.querySelector('audio').controls === false")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert page.locator("[data-part=length]").inner_text() == ("10:00:00" if hours else "2:30")
    gaps = page.evaluate(
        "[...document.querySelectorAll('[data-part=marks] i')].map(i => i.getBoundingClientRect().left)"
        ".map((left, i, all) => i ? left - all[i - 1] : 9)"
    )
    assert len(gaps) >= min(chapters - 1, 10)
    assert all(gap >= 7 for gap in gaps)


OLD_TEMPLATE = """{% extends "base.html.j2" %}{% block title %}{{ episode.title }}{% endblock %}
{% block body %}
<main><h1>{{ episode.title }}</h1>
<div class="player"><audio controls preload="none" src="{{ audio_url|url }}" aria-label="a"></audio></div>
<a class="play" href="{{ audio_url|url }}#t=58" data-t="58">Play</a>
<section id="transcript"><p id="t=23.6"><a class="time" href="#t=23.6" data-t="23.6">0:23</a>
<span data-t="23.6">You turn a handle.</span></p></section></main>{% endblock %}"""


def test_a_page_of_a_show_s_own_old_template_plays_in_the_browser_s_own_element(
    show: Open, site: Any, sample: Any
) -> None:
    own = {"episode.html.j2": OLD_TEMPLATE}
    site.put(
        "episodes/old.html",
        episode_page(sample.facts(), sample.QUOTES, sample.CHAPTERS, sample.spoken(), own),
    )
    page = show("episodes/old.html")
    assert page.locator("audio[controls]").is_visible()
    page.get_by_text("You turn a handle.").click()
    sample.playing_at(page, 23.6)
    expect(page.locator(".heard")).to_have_text("You turn a handle.")
    page.keyboard.press("k")
    page.get_by_role("link", name="Play").click()
    sample.playing_at(page, 58)


def test_sentences_without_blanks_between_them_are_marked_too(
    show: Open, site: Any, sample: Any
) -> None:
    texts = ["今日は", "晴れ", "です。", "明日も", "晴れ。"]
    words = [Word(text, at * 1.0, at + 0.9, 0.9, "A") for at, text in enumerate(texts)]
    spoken = Transcript(words, [[i] for i in range(5)], language="ja")
    site.put("episodes/ja.html", episode_page(sample.facts(), [], [], spoken, overrides={}))
    page = show("episodes/ja.html")
    sentences = page.locator("#transcript span[data-t]")
    assert sentences.all_inner_texts() == ["今日は晴れです。", "明日も晴れ。"]
    assert sentences.last.get_attribute("data-t") == "3"
    assert "今日は晴れです。明日も晴れ。" in page.locator("#transcript p").last.inner_text()
