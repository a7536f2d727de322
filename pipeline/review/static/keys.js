// The key map: by what a key types, never in fields; one switch turns the letters off.
import { $, announce, h } from "./dom.js";
import { decide } from "./api.js";
import { candidateOf, decisionOf, quoteOf, startOf, store } from "./store.js";
import { open, toTranscript } from "./card.js";
import { candidates, keep, later, nextOrder, reject, showDecided, takeBack } from "./cards.js";
import { hear, move, nextProblem, remove, renameHeadingOf, shift, toggleFinish, toggleSoundbite } from "./ledger.js";
import { shiftHeading } from "./headings.js";
import { draftOf, flush, playPassage, stepEdge, turnStep } from "./passage.js";
import { wholeText, wordMode } from "./words.js";
import { listenFrom, pauseAll, toggleRecording } from "./player.js";
import { choose, chosen } from "./transcript.js";
import { correctSuspect, currentSuspect, heardSuspect, playSuspect, stepSuspect, suspectToTranscript } from "./worklist.js";
import { copyMarkdown } from "./preview.js";
import { doChosen, joinChosen, quoteChosen } from "./chosen.js";
import { switchTo } from "./views.js";

const OFF = "pullquote-keys-off";

const undecided = () => store.view === "candidates" && candidateOf(store.current);
const kept = () => store.view === "ledger" && quoteOf(store.current);
const card = () => undecided() || kept();
const suspect = () => currentSuspect();
const focusOn = (selector) => $(selector)?.focus();

const listed = () => (store.view === "ledger" ? store.state.quotes : candidates()).map((entry) => entry.id);

function step(by) {
  if (store.view === "suspects") return stepSuspect(by);
  const list = listed();
  if (!list.length) return undefined;
  const at = list.indexOf(store.current);
  return open(list[at < 0 ? 0 : Math.max(0, Math.min(list.length - 1, at + by))]);
}

const turn = (back) => () => {
  if (undecided() && turnStep(store.current, back)) return undefined;
  return decide({ do: back ? "undo" : "redo" }, back ? "undo" : "redo").then(goTo);
};
const undo = turn(true);
const redo = turn(false);

function goTo(state) {
  if (!state) return;
  announce(state.done);
  if (quoteOf(state.focus) && (store.view === "ledger" || !candidateOf(state.focus))) store.view = "ledger";
  if (quoteOf(state.focus) || candidateOf(state.focus)) open(state.focus);
}

function rejectOrTakeBack() {
  if (kept()) return remove(store.current);
  if (!undecided()) return undefined;
  return decisionOf(store.current) === "rejected" ? takeBack(store.current) : reject(store.current);
}

function listen() {
  const range = chosen();
  if (range) listenFrom(startOf(range[0]));
  else toggleRecording();
}

const KEYS = {
  "Listen": [
    [" ", "play or pause the passage", () => (suspect() ? playSuspect(suspect()) : playPassage())],
    ["p", "play as it will read", () => card() && playPassage("reads")],
    ["w", "play three seconds wider", () => card() && playPassage("wider")],
    ["h", "hear what is doubted; among the suspects: heard, it is right", () => (suspect() ? heardSuspect(suspect()) : hear())],
    ["g", "the recording from the chosen words; or pause it", listen],
  ],
  "Decide": [
    ["j", "next", () => step(1)],
    ["k", "previous", () => step(-1)],
    ["a", "keep", () => undecided() && keep(store.current)],
    ["x", "reject; or take a rejection back", rejectOrTakeBack],
    ["l", "later", () => undecided() && later(store.current)],
    ["1–9", "put under heading 1 to 9"],
    ["u", "undo", undo],
    ["v", "next problem", () => nextProblem()],
    ["o", "order: best, by topic, by time", () => undecided() && nextOrder()],
    ["d", "show or hide decided ones", () => store.view === "candidates" && showDecided()],
    ["F", "finish the review; or open it again", () => toggleFinish()],
  ],
  "Trim and edit": [
    ["Shift ← →", "the edge moved last (first the end): a word less or more"],
    ["s", "go to the start edge: then arrows, Page keys, Home, End", () => focusOn(".current .handle[data-edge=start]")],
    ["e", "go to the end edge", () => focusOn(".current .handle[data-edge=end]")],
    ["Enter", "words: arrows move, Delete strikes, i inserts, c rewrites, Escape leaves"],
    ["f", "the whole text", () => card() && wholeText(draftOf(store.current))],
    ["z", "take what is proposed first: a [referent], a cut, the core", () => $(".current .proposals button")?.click()],
    ["m", "join the chosen words to the open quote", () => joinChosen()],
  ],
  "Order and describe": [
    ["Alt ↑ ↓", "move the quote"],
    ["Alt Shift ↑ ↓", "move its heading with all its quotes"],
    ["r", "heading: choose it, or rename the open quote’s", () => (kept() ? renameHeadingOf(quoteOf(store.current)) : focusOn("#heading"))],
    ["y", "speaker of the quote, or of the chosen words", () => (chosen() ? doChosen("who") : kept() && focusOn(`#speaker-${CSS.escape(store.current)}`))],
    ["q", "question; footnotes follow with Tab", () => kept() && focusOn(`#question-${CSS.escape(store.current)}`)],
    ["b", "soundbite", () => kept() && toggleSoundbite(quoteOf(store.current))],
  ],
  "Transcript": [
    ["/", "search; Enter goes on, Shift Enter back", () => toSearch()],
    ["t", "show the passage in the transcript", () => (suspect() ? suspectToTranscript(suspect()) : store.current && toTranscript(draftOf(store.current)))],
    ["Shift ← → ↑ ↓", "choose words or sentences there"],
    ["n", "make a quote of the chosen words", () => quoteChosen()],
    [",", "start the open quote here", () => doChosen("start-here")],
    [".", "end the open quote here", () => doChosen("end-here")],
    ["c", "correct the chosen words, or the suspect", () => (chosen() ? doChosen("mend") : suspect() && correctSuspect(suspect()))],
  ],
  "Go": [
    ["C L S P T", "candidates, ledger, suspects, preview, transcript"],
    ["M", "copy the link post as Markdown", () => copyMarkdown()],
    ["Ctrl Z, Ctrl Shift Z", "undo, redo"],
    ["Ctrl S", "write down what is being edited"],
    ["Escape", "stop, unchoose"],
    ["?", "these keys", () => $("#help").showModal()],
  ],
};
const ACTIONS = new Map(Object.values(KEYS).flat().filter(([, , action]) => action).map(([key, , action]) => [key, action]));
for (const [key, view] of Object.entries({ C: "candidates", L: "ledger", S: "suspects", P: "preview", T: "transcript" })) ACTIONS.set(key, () => switchTo(view));

function toSearch() {
  if (matchMedia("(max-width: 760px)").matches) switchTo("transcript");
  $("#search").focus();
}

function digit(number) {
  const heading = store.state.headings[number - 1];
  if (heading === undefined) return;
  if (kept()) move(store.current, heading);
  else if (undecided()) keep(store.current, heading);
}

const isField = (element) => element.matches?.("input:not([type=checkbox]), textarea, select, [contenteditable]");

function withModifier(event) {
  const key = event.key.toLowerCase();
  const step_ = { arrowup: -1, arrowdown: 1 }[key];
  if (event.altKey && step_ && kept()) return () => (event.shiftKey ? shiftHeading(quoteOf(store.current).heading, step_) : shift(store.current, step_));
  if (!(event.ctrlKey || event.metaKey) || event.altKey) return null;
  if (key === "s") return () => flush().then(() => announce("Saved"));
  if (isField(event.target)) return null;
  if (key === "z") return event.shiftKey ? redo : undo;
  return null;
}

function arrow(event) {
  const inside = event.target.closest?.("#desk") || event.target === document.body;
  if (!inside) return null;
  if (event.key === "ArrowDown" || event.key === "ArrowUp") return event.shiftKey ? null : () => step(event.key === "ArrowDown" ? 1 : -1);
  return event.shiftKey && card() ? () => stepEdge(draftOf(store.current), event.key === "ArrowLeft" ? -1 : 1) : null;
}

function plain(event) {
  if (event.key === "Escape") {
    return store.wordMode ? () => wordMode(false) : () => (choose(null, null), pauseAll(), event.target.id === "search" && focusOn("#words"));
  }
  if (isField(event.target)) return null;
  const onControl = event.target.matches?.("button, a, input, audio, summary");
  if (onControl && [" ", "Enter"].includes(event.key)) return null;
  if (event.key === "Enter" && card()) return () => wordMode(true);
  if (event.key.startsWith("Arrow")) return arrow(event);
  if (localStorage.getItem(OFF) && event.key !== " ") return null;
  if (/^[1-9]$/.test(event.key)) return () => digit(Number(event.key));
  return ACTIONS.get(event.key) ?? null;
}

function listKeys() {
  const row = ([key, does]) => h("tr", {}, h("th", { scope: "row" }, h("kbd", {}, key === " " ? "Space" : key)), h("td", {}, does));
  $("#key-rows").replaceChildren(...Object.entries(KEYS).map(([group, keys]) => h("table", {}, h("caption", {}, group), h("tbody", {}, keys.map(row)))));
}

export function startKeys() {
  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.defaultPrevented || $("#help").open) return;
    const modified = event.ctrlKey || event.metaKey || event.altKey;
    const action = modified ? withModifier(event) : plain(event);
    if (!action) return;
    event.preventDefault();
    action();
  });
  listKeys();
  const on = $("#keys-on");
  on.checked = !localStorage.getItem(OFF);
  on.addEventListener("change", () => (on.checked ? localStorage.removeItem(OFF) : localStorage.setItem(OFF, "1")));
  $("#help-open").addEventListener("click", () => $("#help").showModal());
  $("#undo").addEventListener("click", undo);
  $("#redo").addEventListener("click", redo);
}
