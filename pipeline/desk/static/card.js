// What the open candidate and the open quote share: opening one, its tools, what the guard objects to.
import { $, button, clock, h } from "./dom.js";
import { candidateOf, quoteOf, render, store } from "./store.js";
import { pauseAll, play } from "./player.js";
import { draftOf, fillersOf, playPassage, strikeFillers } from "./passage.js";
import { follow, show } from "./transcript.js";
import { wholeText, wordMode } from "./words.js";

const AROUND = 1.5; // seconds around an edit
const LETTERS = 14; // letters that are said in a second

export function open(id, focus = true) {
  if (store.current !== id) {
    pauseAll();
    store.current = id;
    store.wordMode = false;
  }
  render();
  const card = $(".card.current");
  if (!card) return;
  if (quoteOf(id) || candidateOf(id)) follow(draftOf(id));
  card.scrollIntoView({ block: "nearest", behavior: "instant" });
  if (focus) card.focus({ preventScroll: true });
}

export function passageTools(draft) {
  return h("div", { class: "row tools-row" }, h("span", { class: "row" },
    button("Play", "Space", () => playPassage()),
    button("As it reads", "p", () => playPassage("reads")),
    button("3 s wider", "w", () => playPassage("wider"))),
  h("span", { class: "row" },
    button(store.wordMode ? "Done with words" : "Words", store.wordMode ? "Esc" : "Enter", () => wordMode(!store.wordMode), { "data-do": "words" }),
    button("Whole text", "f", () => wholeText(draft)),
    fillersOf(draft).length ? button("Strike fillers", "-", () => strikeFillers(draft)) : null,
    button("In transcript", "t", () => toTranscript(draft))));
}

export function toTranscript(draft) {
  if (matchMedia("(max-width: 760px)").matches) {
    store.view = "transcript";
    render();
  }
  show(draft.first);
  $("#words").focus({ preventScroll: true });
}

/** Play the moment of an edit. */
export const hearEdit = (edit) => play([[Math.max(0, edit.at - AROUND), edit.at + AROUND + edit.raw.length / LETTERS]]);

/** What the guard will stop of a candidate once it is kept, to hear before deciding. */
export function objections(verdict) {
  const open_ = (verdict?.edits ?? []).filter((edit) => !edit.signed);
  return open_.length ? h("ul", { class: "stops" }, open_.map((edit) => h("li", { class: "row" },
    h("span", { dir: "auto" }, edit.kind === "suspect" ? `doubtful, to be heard: “${edit.raw}”` : `${edit.meaning}: ${edit.line}`),
    button(`Hear ${clock(edit.at)}`, null, () => hearEdit(edit), { class: "quiet" })))) : null;
}
