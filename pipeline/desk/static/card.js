// What the open candidate and the open quote share: opening one, and its tools.
import { $, button, h } from "./dom.js";
import { candidateOf, quoteOf, render, store } from "./store.js";
import { pauseAll } from "./player.js";
import { draftOf, fillersOf, playPassage, strikeFillers } from "./passage.js";
import { follow, toTranscript } from "./transcript.js";
import { wholeText, wordMode } from "./words.js";

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
    button("In transcript", "t", () => toTranscript(draft.first))));
}
