// The key map: by what a key types, never in fields; one switch turns the letters off.
import { $, announce, h } from "./dom.js";
import { decide } from "./api.js";
import { candidateOf, decisionOf, quoteOf, store } from "./store.js";
import { candidates, keep, later, open, reject, takeBack, toTranscript } from "./cards.js";
import { hear, move, nextProblem, remove, shift } from "./ledger.js";
import { draftOf, flush, playPassage, wordMode } from "./passage.js";
import { pauseAll } from "./player.js";
import { choose } from "./transcript.js";
import { joinChosen, quoteChosen, render } from "./main.js";

const OFF = "pullquote-keys-off";

const listed = () => (store.view === "ledger" ? store.state.quotes : candidates()).map((entry) => entry.id);

function step(by) {
  const list = listed();
  if (!list.length) return;
  const at = list.indexOf(store.current);
  open(list[at < 0 ? 0 : Math.max(0, Math.min(list.length - 1, at + by))]);
}

const undecided = () => store.view === "candidates" && candidateOf(store.current);
const kept = () => store.view === "ledger" && quoteOf(store.current);

export const undo = () => decide({ do: "undo" }, "undo").then(goTo);
export const redo = () => decide({ do: "redo" }, "redo").then(goTo);

function goTo(state) {
  if (!state) return;
  announce(state.done);
  if (quoteOf(state.focus) && (store.view === "ledger" || !candidateOf(state.focus))) store.view = "ledger";
  if (quoteOf(state.focus) || candidateOf(state.focus)) open(state.focus);
}

const KEYS = [
  [" ", "play or pause the passage", () => playPassage()],
  ["p", "play as it will read", () => playPassage("reads")],
  ["w", "play three seconds wider", () => playPassage("wider")],
  ["j", "next", () => step(1)],
  ["k", "previous", () => step(-1)],
  ["a", "keep", () => undecided() && keep(store.current)],
  ["x", "reject", () => (undecided() ? (decisionOf(store.current) === "rejected" ? takeBack(store.current) : reject(store.current)) : kept() && remove(store.current))],
  ["l", "later", () => undecided() && later(store.current)],
  ["u", "undo", undo],
  ["h", "hear the doubted words, then tick “heard”", () => hear()],
  ["t", "show in the transcript", () => store.current && toTranscript(draftOf(store.current))],
  ["n", "make a quote of the chosen words", () => quoteChosen()],
  ["m", "join the chosen words to the open quote", () => joinChosen()],
  ["v", "next problem", () => nextProblem()],
  ["/", "search the transcript", () => toSearch()],
  ["?", "these keys", () => $("#help").showModal()],
];
const SHOWN = [
  ["Enter", "words of the open quote: arrows move, Delete strikes, i inserts, c rewrites, Escape leaves"],
  ["1–9", "put under heading 1 to 9"],
  ["Alt ↑ ↓", "move the quote up or down"],
  ["Ctrl Z, Ctrl Shift Z", "undo, redo"],
  ["Ctrl S", "write down what is being edited"],
  ["← →", "at an edge: a word less or more; Page keys: a sentence"],
];

function toSearch() {
  if (matchMedia("(max-width: 760px)").matches) {
    store.view = "transcript";
    render();
  }
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
  if (event.altKey && (key === "arrowup" || key === "arrowdown") && kept()) return () => shift(store.current, key === "arrowup" ? -1 : 1);
  if (!(event.ctrlKey || event.metaKey) || event.altKey) return null;
  if (key === "s") return () => flush().then(() => announce("Saved"));
  if (isField(event.target)) return null;
  if (key === "z") return event.shiftKey ? redo : undo;
  return null;
}

function plain(event) {
  if (event.key === "Escape") {
    return store.wordMode ? () => wordMode(false) : () => (choose(null, null), pauseAll());
  }
  if (isField(event.target)) return null;
  const onControl = event.target.matches?.("button, a, input, audio, summary");
  if (onControl && [" ", "Enter"].includes(event.key)) return null;
  if (event.key === "Enter" && store.current) return () => wordMode(true);
  if (event.key === "ArrowDown" || event.key === "ArrowUp") return event.target.closest?.("#desk") ? () => step(event.key === "ArrowDown" ? 1 : -1) : null;
  if (localStorage.getItem(OFF) && event.key !== " ") return null;
  if (/^[1-9]$/.test(event.key)) return () => digit(Number(event.key));
  return KEYS.find(([key]) => key === event.key)?.[2] ?? null;
}

export function listen() {
  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.defaultPrevented || $("#help").open) return;
    const modified = event.ctrlKey || event.metaKey || event.altKey;
    const action = modified ? withModifier(event) : plain(event);
    if (!action) return;
    event.preventDefault();
    action();
  });
  $("#key-rows").replaceChildren(...[...KEYS.map(([key, does]) => [key === " " ? "Space" : key, does]), ...SHOWN].map(([key, does]) => h("tr", {}, h("th", { scope: "row" }, h("kbd", {}, key)), h("td", {}, does))));
  const on = $("#keys-on");
  on.checked = !localStorage.getItem(OFF);
  on.addEventListener("change", () => (on.checked ? localStorage.removeItem(OFF) : localStorage.setItem(OFF, "1")));
  $("#help-open").addEventListener("click", () => $("#help").showModal());
  $("#undo").addEventListener("click", undo);
  $("#redo").addEventListener("click", redo);
}
