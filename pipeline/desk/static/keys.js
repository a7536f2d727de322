// The key map: by what a key types, never in fields; one switch turns the letters off. No key is silent:
// where it can do nothing, it says what it needs.
import { $, announce, h, recall, remember } from "./dom.js";
import { decide } from "./api.js";
import { candidateOf, decisionOf, quoteOf, startOf, store } from "./store.js";
import { open } from "./card.js";
import { candidates, keep, later, nextOrder, reject, showDecided, takeBack } from "./cards.js";
import { move, remove, renameHeadingOf, shift, toggleFinish, toggleSoundbite } from "./ledger.js";
import { agree, hear, markCut, nextProblem } from "./questions.js";
import { shiftHeading } from "./headings.js";
import { draftOf, flush, playPassage, stepEdge, strikeFillers, turnStep, unkept } from "./passage.js";
import { wholeText, wordMode } from "./words.js";
import { pauseAll, stepSpeed, toggleRecording } from "./player.js";
import { choose, chosen, isNarrow, toTranscript } from "./transcript.js";
import { acceptSuspect, correctSuspect, currentSuspect as suspect, elsewhere, heardSuspect, playSuspect, speakerForm, stepSuspect, suspectToTranscript, toElsewhere } from "./worklist.js";
import { currentPart as part, keepPart, mergePart, movePart, partChosen, partToTranscript, playPart, removePart, stepPart, titlePart } from "./chapters.js";
import { openPublish } from "./publish.js";
import { openAudiogram } from "./audiogram.js";
import { copyPost } from "./preview.js";
import { doChosen, joinChosen, quoteChosen } from "./chosen.js";
import { switchTo } from "./views.js";

const undecided = () => store.view === "candidates" && candidateOf(store.current);
const kept = () => store.view === "ledger" && quoteOf(store.current);
const card = () => undecided() || kept();
const focusOn = (selector) => $(selector)?.focus();
const draft = () => draftOf(store.current);

/* What a key may need, and how that is said. */
const CARD = [card, "open a candidate (C) or a quote (L) first"];
const PART = [part, "open a chapter first (H)"];
const DECIDED = [() => card() || part(), "open a candidate (C), a quote (L) or a chapter (H) first"];
const DECIDABLE = [() => suspect()?.instead || DECIDED[0](), DECIDED[1]];
const CANDIDATE = [undecided, "open a candidate first (C)"];
const QUOTE = [kept, "open a quote of the ledger first (L)"];
const CHOSEN = [chosen, "choose words in the transcript first (T)"];
const PASSAGE = [() => suspect() || part() || card(), "open a candidate (C), a quote (L), a suspect (S) or a chapter (H) first"];
const SPOKEN = [() => chosen() || card(), "open a candidate (C) or a quote (L), or choose words (T) first"];
const WRONG = [() => chosen() || suspect(), "choose words in the transcript (T) or open a suspect (S) first"];
const CANDIDATES = [() => store.view === "candidates", "go to the candidates first (C)"];
const PREVIEW = [() => store.view === "preview", "open the preview first (P)"];

const listed = () => (store.view === "ledger" ? store.state.quotes : candidates()).map((entry) => entry.id);

function step(by) {
  if (store.view === "suspects") return stepSuspect(by);
  if (part()) return stepPart(by);
  const list = listed();
  const at = list.indexOf(store.current);
  const goal = at < 0 ? 0 : at + by;
  if (!["candidates", "ledger"].includes(store.view)) return announce("Open the candidates (C), the ledger (L) or the suspects (S) first");
  if (list[goal] === undefined) return announce(by > 0 ? "This is the last one" : "This is the first one");
  return open(list[goal]);
}

const turn = (back) => () => {
  if (undecided() && turnStep(store.current, back)) return undefined;
  if (!store.state[back ? "undo" : "redo"]) return announce(back ? "There is nothing to undo" : "There is nothing to redo");
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
  if (part()) return removePart(part());
  if (kept()) return remove(store.current);
  return decisionOf(store.current) === "rejected" ? takeBack(store.current) : reject(store.current);
}

function playOpen() {
  if (part()) return playPart(part());
  return suspect() ? playSuspect(suspect()) : playPassage();
}

function keepOrAgree() {
  if (part()) return keepPart(part());
  if (suspect()?.instead) return acceptSuspect(suspect());
  return kept() ? agree() : keep(store.current);
}

function openToTranscript() {
  if (part()) return partToTranscript(part());
  return suspect() ? suspectToTranscript(suspect()) : toTranscript(draft().first);
}

function speaker() {
  if (chosen()) return doChosen("who");
  return kept() ? focusOn(`#speaker-${CSS.escape(store.current)}`) : speakerForm($(".card.current .word-form"), draft().first);
}

function takeProposal() {
  const first = $(".current .proposals button");
  if (first) first.click();
  else announce("Nothing is proposed for this passage");
}

const KEYS = {
  "Listen": [
    [" ", "play the passage; pause it, and go on a little before", () => playOpen(), PASSAGE],
    ["p", "play as it will read", () => playPassage("reads"), CARD],
    ["w", "play three seconds wider", () => playPassage("wider"), CARD],
    ["h", "hear what the guard asks about; among the suspects: heard, it is right", () => (suspect() ? heardSuspect(suspect()) : hear()), PASSAGE],
    ["g", "the recording from the chosen words; or pause it, and go on a little before", () => toggleRecording(chosen() ? startOf(chosen()[0]) : undefined)],
    ["<", "slower", () => stepSpeed(-1)],
    [">", "faster; the speed is remembered", () => stepSpeed(1)],
  ],
  "Decide": [
    ["j", "next", () => step(1)],
    ["k", "previous", () => step(-1)],
    ["a", "keep a candidate or a chapter; sign the open quote’s first question, once it was heard; among the suspects: it is the same mishearing", () => keepOrAgree(), DECIDABLE],
    ["x", "reject; or take a rejection back", rejectOrTakeBack, DECIDED],
    ["l", "later", () => later(store.current), CANDIDATE],
    ["1–9", "put under heading 1 to 9"],
    ["u", "undo", undo],
    ["v", "next problem", () => nextProblem()],
    ["E", "where a mishearing that was mended is heard again: of the open quote, or of any", () => toElsewhere(kept() && elsewhere(kept().start, kept().end).length ? elsewhere(kept().start, kept().end) : undefined)],
    ["o", "order: best, by topic, by time", () => nextOrder(), CANDIDATES],
    ["d", "show or hide decided ones", () => showDecided(), CANDIDATES],
    ["F", "finish the review; or open it again", () => toggleFinish()],
  ],
  "Trim and edit": [
    ["Shift ← →", "the edge moved last (first the end): a word less or more"],
    ["s", "go to the start edge: then arrows, Page keys, Home, End", () => focusOn(".current .handle[data-edge=start]"), CARD],
    ["e", "go to the end edge", () => focusOn(".current .handle[data-edge=end]"), CARD],
    ["[", "the open chapter begins a sentence earlier", () => movePart(part(), -1), PART],
    ["]", "the open chapter begins a sentence later", () => movePart(part(), 1), PART],
    ["Enter", "the title of a chapter; words: arrows move, Delete strikes, i inserts, c rewrites, Escape leaves"],
    ["-", "strike every word that only fills (um, you know)", () => strikeFillers(draft()), CARD],
    ["f", "the whole text; Ctrl Enter takes it", () => wholeText(draft()), CARD],
    ["z", "take what is proposed first: a [referent], a cut, the core", takeProposal, CARD],
    ["i", "mark what was cut out of the open quote as [...]", () => markCut(), QUOTE],
    ["m", "join the chosen words to the open quote; the open chapter to the one before", () => (part() ? mergePart(part()) : joinChosen()), [() => part() || chosen(), CHOSEN[1]]],
  ],
  "Order and describe": [
    ["Alt ↑ ↓", "move the quote"],
    ["Alt Shift ↑ ↓", "move its heading with all its quotes"],
    ["r", "heading: choose it, or rename the open quote’s", () => (kept() ? renameHeadingOf(quoteOf(store.current)) : focusOn("#heading")), CARD],
    ["y", "speaker of the quote, of the candidate’s voice, or of the chosen words", speaker, SPOKEN],
    ["q", "question; footnotes follow with Tab", () => focusOn(`#question-${CSS.escape(store.current)}`), QUOTE],
    ["b", "soundbite", () => toggleSoundbite(quoteOf(store.current)), QUOTE],
    ["A", "audiogram: a film of the open quote", () => openAudiogram(store.current), QUOTE],
  ],
  "Transcript": [
    ["/", "search; Enter goes on, Shift Enter back, Escape to the words found", () => toSearch()],
    ["t", "show the passage in the transcript", () => openToTranscript(), PASSAGE],
    ["Shift ← → ↑ ↓", "choose words or sentences there"],
    ["n", "make a quote of the chosen words; among the chapters, one that begins with them", () => (store.view === "chapters" ? partChosen() : quoteChosen()), CHOSEN],
    [",", "start the open quote here", () => doChosen("start-here"), CHOSEN],
    [".", "end the open quote here", () => doChosen("end-here"), CHOSEN],
    ["c", "correct the chosen words, or the suspect", () => (chosen() ? doChosen("mend") : correctSuspect(suspect())), WRONG],
  ],
  "Go": [
    ["C L S H P T", "candidates, ledger, suspects, chapters, preview, transcript"],
    ["R", "publish: shows what would change first", () => openPublish()],
    ["M", "copy the post", () => copyPost(), PREVIEW],
    ["Ctrl Z", "undo"],
    ["Ctrl Shift Z", "redo"],
    ["Ctrl S", "write down what is being edited"],
    ["Escape", "leave a field as it was; stop, unchoose"],
    ["?", "these keys", () => $("#help").showModal()],
  ],
};

/** An action that says what it needs where that is not there. */
function guarded(does, action, [there, wanted] = [() => true]) {
  return () => (there() ? action() : announce(`${does[0].toUpperCase()}${does.slice(1)}: ${wanted}`));
}

const ACTIONS = new Map(Object.values(KEYS).flat().filter(([, , action]) => action).map(([key, does, action, needs]) => [key, guarded(does.split(/[;:,]/)[0], action, needs)]));
for (const [key, view] of Object.entries({ C: "candidates", L: "ledger", S: "suspects", H: "chapters", P: "preview", T: "transcript" })) ACTIONS.set(key, () => switchTo(view));

function toSearch() {
  if (isNarrow()) switchTo("transcript");
  $("#search").focus();
}

function digit(number) {
  const heading = store.state.headings[number - 1];
  if (heading === undefined) return announce(`There is no heading ${number} yet`);
  if (kept()) return move(store.current, heading);
  return keep(store.current, heading);
}

const putUnder = (number) => guarded("put under a heading", () => digit(number), CARD);

/* Fields: what is written there is taken with Enter, Ctrl+Enter or Ctrl+S, and left as it was with Escape. */

const isField = (element) => element.matches?.("input:not([type=checkbox]), textarea, select, [contenteditable]");
const isLine = (element) => element.matches("input:not([type=checkbox])");
let was = "";
document.addEventListener("focusin", ({ target }) => {
  if (isField(target)) was = target.value;
});

function leave(field, taken) {
  if (!taken) field.value = was;
  field.blur(); // what was changed is sent
  (field.closest(".card") ?? $(".card.current") ?? $("#desk")).focus({ preventScroll: true });
}

function inField(event) {
  const field = event.target;
  if (field.id === "search") return event.key === "Escape" ? () => focusOn("#words") : null;
  if (event.key === "Escape") return () => leave(field, false);
  return event.key === "Enter" && isLine(field) && !field.form ? () => leave(field, true) : null;
}

/** Have what is written in a field taken, and all that is being edited sent. */
function writeDown(event) {
  if (isField(event.target) && event.target.closest(".card")) leave(event.target, true);
  return flush().then(() => announce(unkept() ? "Saved. What you changed of a candidate is saved with it: keep it (a)" : "Saved"));
}

function withModifier(event) {
  const key = event.key.toLowerCase();
  const step_ = { arrowup: -1, arrowdown: 1 }[key];
  if (event.altKey && step_ && !isField(event.target)) {
    return guarded("move", () => (event.shiftKey ? shiftHeading(quoteOf(store.current).heading, step_) : shift(store.current, step_)), QUOTE);
  }
  if (!(event.ctrlKey || event.metaKey) || event.altKey) return null;
  if (key === "s") return () => writeDown(event);
  if (isField(event.target)) return key === "enter" ? () => leave(event.target, true) : null;
  if (key === "z") return event.shiftKey ? redo : undo;
  return null;
}

function arrow(event) {
  const inside = event.target.closest?.("#desk") || event.target === document.body;
  if (!inside) return null;
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    return () => (event.shiftKey ? announce("Choose sentences: go to the transcript first (T)") : step(event.key === "ArrowDown" ? 1 : -1));
  }
  return event.shiftKey ? guarded("trim", () => stepEdge(draft(), event.key === "ArrowLeft" ? -1 : 1), CARD) : null;
}

function plain(event) {
  if (isField(event.target)) return inField(event);
  if (event.key === "Escape") return store.wordMode ? () => wordMode(false) : () => (choose(null, null), pauseAll());
  const onControl = event.target.matches?.("button, a, input, audio, summary");
  if (onControl && [" ", "Enter"].includes(event.key)) return null;
  if (event.key === "Enter") return part() ? () => titlePart(part()) : guarded("words", () => wordMode(true), CARD);
  if (event.key.startsWith("Arrow")) return arrow(event);
  if (recall("keys") === "off" && event.key !== " ") return null;
  if (/^[1-9]$/.test(event.key)) return putUnder(Number(event.key));
  return ACTIONS.get(event.key) ?? null;
}

function listKeys() {
  const row = ([key, does]) => h("tr", {}, h("th", { scope: "row" }, h("kbd", {}, key === " " ? "Space" : key)), h("td", {}, does));
  $("#key-rows").replaceChildren(...Object.entries(KEYS).map(([group, keys]) => h("table", {}, h("caption", {}, group), h("tbody", {}, keys.map(row)))));
}

export function startKeys() {
  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.defaultPrevented || $("dialog[open]")) return;
    const modified = event.ctrlKey || event.metaKey || event.altKey;
    const action = modified ? withModifier(event) : plain(event);
    if (!action) return;
    event.preventDefault();
    action();
  });
  listKeys();
  const on = $("#keys-on");
  on.checked = recall("keys") !== "off";
  on.addEventListener("change", () => remember("keys", on.checked ? "on" : "off"));
  $("#help-open").addEventListener("click", () => $("#help").showModal());
  $("#undo").addEventListener("click", undo);
  $("#redo").addEventListener("click", redo);
}
