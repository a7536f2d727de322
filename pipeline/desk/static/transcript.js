// The transcript: plain text per paragraph; words are found by counting blanks and painted by highlights.
import { $, announce, clock, endsSentence, h, joined } from "./dom.js";
import { lastUpTo, render, startOf, store, wordAt } from "./store.js";
import { listenFrom, onTime } from "./player.js";

let said = []; // paragraphs in order
let firsts = []; // number of each one's first word
const offsets = new WeakMap(); // paragraph to the place of each of its words
const painted = typeof Highlight === "function" && CSS.highlights;
const HITS = 300; // ranges painted at most: hundreds slow every repaint
export const choice = { anchor: null, focus: null };
let cursor = 0; // the word at which the arrows go on when none is chosen
let following = true;
let scrolling = false;

export function readTranscript() {
  said = [...document.querySelectorAll("#words .said")];
  firsts = said.map((element) => Number(element.dataset.first));
}

const paragraphOf = (word) => said[lastUpTo(firsts, word)];

function places(paragraph) {
  if (!offsets.has(paragraph)) {
    let at = 0;
    offsets.set(paragraph, paragraph.textContent.split(" ").map((word) => {
      const place = [at, at + word.length];
      at += word.length + 1;
      return place;
    }));
  }
  return offsets.get(paragraph);
}

export function wordText(word) {
  const paragraph = paragraphOf(word);
  if (!paragraph) return "";
  const place = places(paragraph)[word - Number(paragraph.dataset.first)];
  return place ? paragraph.textContent.slice(...place) : "";
}

export function textOf(first, last) {
  const words = [];
  for (let word = first; word < last; word += 1) words.push(wordText(word));
  return joined(words);
}

export function speakerOf(word) {
  let turn = paragraphOf(word)?.parentElement;
  while (turn && !turn.classList.contains("who")) turn = turn.previousElementSibling;
  return turn?.textContent ?? null;
}

function rangeOf(first, last) {
  const start = paragraphOf(first);
  const end = paragraphOf(last - 1);
  if (!start?.firstChild || !end?.firstChild) return null;
  const begin = places(start)[first - Number(start.dataset.first)];
  const finish = places(end)[last - 1 - Number(end.dataset.first)];
  if (!begin || !finish) return null;
  return between(start, begin[0], end, finish[1]);
}

/** From a letter of one paragraph to a letter of another. */
function between(start, first, end, last) {
  const range = new Range();
  range.setStart(start.firstChild, first);
  range.setEnd(end.firstChild, last);
  return range;
}

function paint(name, ranges) {
  if (painted) CSS.highlights.set(name, new Highlight(...ranges.filter(Boolean)));
}

/** How far a word lies above (negative) or below what is in sight of the transcript, in pixels. */
function beyond(word) {
  const box = rangeOf(word, word + 1)?.getBoundingClientRect();
  const frame = $("#words").getBoundingClientRect();
  return box ? Math.min(0, box.top - frame.top) + Math.max(0, box.bottom - frame.bottom) : 0;
}

function scroll(by) {
  const pane = $("#words");
  const top = pane.scrollTop;
  pane.scrollTop += by;
  scrolling = pane.scrollTop !== top;
}

/** Bring a word that is out of sight into the upper third, at once; `last` too, where it is the end of a passage. */
export function show(word, last = word) {
  const box = rangeOf(word, word + 1)?.getBoundingClientRect();
  const frame = $("#words").getBoundingClientRect();
  if (box && (beyond(word) || beyond(last))) scroll(box.top - frame.top - frame.height / 3);
}

/** Whether only one pane is in sight, as `review.css` has it. */
export const isNarrow = () => matchMedia("(max-width: 760px)").matches;

/** Show a word, whatever pane is in sight. */
export function reveal(word) {
  if (isNarrow()) {
    store.view = "transcript";
    render();
  }
  show(word);
}

/** The same, and go there. */
export function toTranscript(word) {
  reveal(word);
  $("#words").focus({ preventScroll: true });
}

/** Show what is open in the desk, unless words are being chosen here. */
export function follow({ first, last }) {
  if (last > first && !chosen()) show(first, last - 1);
}

let marked = "";

/** Mark the passage that is open, in the desk, here too. */
export function mark(first, last) {
  if (marked === `${first} ${last} ${store.episode.generation}`) return;
  marked = `${first} ${last} ${store.episode.generation}`;
  paint("passage", last > first ? [rangeOf(first, last)] : []);
}

let shown = -1;
onTime((seconds) => {
  if (seconds === null) {
    shown = -1;
    paint("playing", []);
    return;
  }
  const word = wordAt(seconds);
  if (word === shown) return;
  shown = word;
  paint("playing", [rangeOf(word, word + 1), ...[...document.querySelectorAll(".current .quote [data-word]")].filter((element) => Number(element.dataset.word) === word).map((element) => {
    const range = new Range();
    range.selectNodeContents(element);
    return range;
  })]);
  if (following) show(word);
});

$("#words").addEventListener("scroll", () => {
  if (scrolling) {
    scrolling = false;
    return;
  }
  if (shown >= 0 && following) {
    following = false;
    $("#follow").hidden = false;
  }
});
$("#follow").addEventListener("click", () => {
  following = true;
  $("#follow").hidden = true;
  if (shown >= 0) show(shown);
});

/* Choosing words: by pointer, by the caret, or by a paragraph's button. */

export function chosen() {
  if (choice.anchor === null) return null;
  return [Math.min(choice.anchor, choice.focus), Math.max(choice.anchor, choice.focus) + 1];
}

/** When the chosen words are said, to choose them again after the words have changed. */
export const choiceInTime = () => (choice.anchor === null ? null : [startOf(choice.anchor), startOf(choice.focus)]);

export function choose(anchor, focus, goesOn = false) {
  choice.anchor = anchor;
  choice.focus = focus;
  cursor = focus ?? cursor;
  const range = chosen();
  paint("chosen", range ? [rangeOf(...range)] : []);
  $("#chosen").hidden = !range;
  if (!goesOn) $("#chosen-form").replaceChildren();
  if (!range) return;
  const text = textOf(...range);
  const short = text.length > 160 ? `${text.slice(0, 80)} … ${text.slice(-60)}` : text;
  $("#chosen-words").textContent = `${clock(startOf(range[0]))} ${short}`;
  scroll(beyond(focus)); // the bar may have opened over it
}

function wordUnder(x, y) {
  let node;
  let offset;
  if (document.caretPositionFromPoint) {
    const caret = document.caretPositionFromPoint(x, y);
    [node, offset] = [caret?.offsetNode, caret?.offset];
  } else {
    const range = document.caretRangeFromPoint?.(x, y);
    [node, offset] = [range?.startContainer, range?.startOffset];
  }
  return wordIn(node, offset);
}

function wordIn(node, offset) {
  const paragraph = node?.parentElement?.closest?.(".said");
  if (!paragraph) return null;
  const index = places(paragraph).findIndex((place) => offset <= place[1]);
  return index < 0 ? null : Number(paragraph.dataset.first) + index;
}

$("#words").addEventListener("click", (event) => {
  if (event.target.matches(".time")) {
    const word = Number(event.target.dataset.word);
    choose(word, word);
    following = true;
    listenFrom(startOf(word));
    return;
  }
  const selection = getSelection();
  if (!selection.isCollapsed) {
    const from = wordIn(selection.anchorNode, selection.anchorOffset);
    const to = wordIn(selection.focusNode, selection.focusOffset);
    if (from !== null && to !== null) choose(from, to);
    selection.removeAllRanges();
    return;
  }
  const word = wordUnder(event.clientX, event.clientY);
  if (word === null) return;
  if (event.shiftKey && choice.anchor !== null) {
    choose(choice.anchor, word);
    return;
  }
  choose(word, word);
  listenFrom(startOf(word));
});

/** The next place before (`step` -1) or after a word where a sentence ends: the number of the word behind it. */
export function boundary(word, step) {
  const total = store.episode.starts.length;
  let at = word + step;
  while (at > 0 && at < total && !endsSentence(wordText(at - 1))) at += step;
  return Math.max(0, Math.min(total, at));
}

$("#words").addEventListener("keydown", (event) => {
  if (event.target.id !== "words" || event.ctrlKey || event.metaKey || event.altKey) return;
  const total = store.episode.starts.length;
  const from = choice.focus ?? (shown >= 0 ? shown : Math.min(cursor, total - 1));
  const goals = {
    ArrowRight: from + 1, ArrowLeft: from - 1,
    ArrowDown: boundary(from + 1, 1) - 1, ArrowUp: boundary(from, -1),
    Home: 0, End: total - 1,
  };
  if (!(event.key in goals)) return;
  event.preventDefault();
  event.stopPropagation();
  const focus = Math.max(0, Math.min(total - 1, choice.anchor === null ? from : goals[event.key]));
  choose(event.shiftKey && choice.anchor !== null ? choice.anchor : focus, focus);
  if (!event.shiftKey) announce(wordText(focus), false);
});

/* Search. */

let hits = [];
let hit = -1;
let searched = "";

function search(wanted) {
  hits = [];
  hit = -1;
  const text = wanted.trim().toLowerCase();
  searched = wanted;
  if (text.length > 1) {
    for (const paragraph of said) {
      const content = paragraph.textContent.toLowerCase();
      for (let at = content.indexOf(text); at >= 0; at = content.indexOf(text, at + text.length)) {
        hits.push([paragraph, at, at + text.length]);
      }
    }
  }
  paint("hit", hits.slice(0, HITS).map(([paragraph, start, end]) => (end > paragraph.firstChild.length ? null : between(paragraph, start, paragraph, end))));
  $("#hits").textContent = text.length > 1 ? `${hits.length} found` : "";
}

function nextHit(step = 1) {
  if (!hits.length) return;
  hit = (Math.max(hit, step > 0 ? -1 : 0) + step + hits.length) % hits.length;
  const [paragraph, start, end] = hits[hit];
  const at = (offset) => Number(paragraph.dataset.first) + places(paragraph).findIndex((place) => offset < place[1] + 1);
  const first = at(start);
  show(first);
  choose(first, Math.max(first, at(end - 1)));
  $("#hits").textContent = `${hit + 1} of ${hits.length}`;
}

let soon = 0;
$("#search").addEventListener("input", (event) => {
  clearTimeout(soon);
  soon = setTimeout(() => search(event.target.value), 80);
});
$("#search").addEventListener("keydown", (event) => {
  if (event.key !== "Enter") return;
  clearTimeout(soon);
  if (searched !== event.target.value) search(event.target.value);
  nextHit(event.shiftKey ? -1 : 1);
});
$("#next-hit").addEventListener("click", () => nextHit());

/** Build the paragraphs again, after a correction changed the words. */
export function rebuild(paragraphs, chosenBefore) {
  const top = $("#words").scrollTop;
  $("#words").replaceChildren(
    ...paragraphs.flatMap(({ first, start, speaker, named, chapter, text }) => [
      chapter ? h("h2", { dir: "auto" }, chapter) : [],
      named && speaker ? h("p", { class: "who", dir: "auto" }, speaker) : [],
      h("p", { class: "turn" },
        h("button", { type: "button", class: "time", "data-word": first, "aria-label": `Play from ${clock(start)}` }, clock(start)),
        h("span", { class: "said", "data-first": first, dir: "auto" }, text)),
    ].flat()),
  );
  readTranscript();
  if (chosenBefore) choose(...chosenBefore.map(wordAt), true); // a correction that is being written stays
  else choose(null, null);
  $("#words").scrollTop = top;
}
