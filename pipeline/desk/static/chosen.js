// What is done with the words that are chosen in the transcript.
import { $, announce } from "./dom.js";
import { decide } from "./api.js";
import { candidateOf, quoteOf, render, startOf, store } from "./store.js";
import { draftOf, join, moveEdge } from "./passage.js";
import { choose, chosen, speakerOf, textOf } from "./transcript.js";
import { correctionForm, speakerForm } from "./worklist.js";
import { open } from "./card.js";

const currentHeading = () => store.heading ?? quoteOf(store.current)?.heading ?? candidateOf(store.current)?.heading ?? store.state.headings.at(-1) ?? "";

export async function quoteChosen() {
  const range = chosen();
  if (!range || range[1] - range[0] < 2) return announce("Choose words in the transcript first");
  const speaker = speakerOf(range[0]);
  const known = new Set(store.state.quotes.map((quote) => quote.id));
  const state = await decide({ do: "quote", text: textOf(...range), at: startOf(range[0]), heading: currentHeading(), ...(speaker ? { speaker } : {}) }, "the new quote");
  if (!state) return undefined;
  choose(null, null);
  store.view = "ledger";
  open(state.quotes.find((quote) => !known.has(quote.id))?.id ?? state.focus);
  return announce("A new quote");
}

export function joinChosen() {
  const range = chosen();
  if (!range || !store.current) return announce("Open a quote, and choose words in the transcript");
  const draft = draftOf(store.current);
  choose(null, null);
  backToDesk();
  return join(draft, ...range);
}

function backToDesk() {
  if (store.view === "transcript") store.view = quoteOf(store.current) ? "ledger" : "candidates";
  render();
  $(".card.current")?.scrollIntoView({ block: "nearest" });
}

const CHOSEN = {
  "new-quote": () => quoteChosen(),
  join: () => joinChosen(),
  "start-here": ([first]) => store.current && (moveEdge(draftOf(store.current), "start", first), backToDesk()),
  "end-here": ([, last]) => store.current && (moveEdge(draftOf(store.current), "end", last), backToDesk()),
  mend: ([first, last]) => !store.episode.correctable ? announce("Corrections need build/transcript.raw.json, which is not here") : correctionForm($("#chosen-form"), first, last),
  who: ([first]) => speakerForm($("#chosen-form"), first),
  unchoose: () => choose(null, null),
};

export function doChosen(name) {
  if (!chosen()) return announce("Choose words in the transcript first");
  if (["start-here", "end-here"].includes(name) && !store.current) return announce("Open a quote first");
  return CHOSEN[name](chosen());
}

$("#chosen").addEventListener("click", (event) => {
  const name = event.target.closest("[data-do]")?.dataset.do;
  if (name && chosen()) doChosen(name);
});
