// Starts the page, shows the chosen view, and keeps it in step with the files.
import { $, announce, button, h } from "./dom.js";
import { decide, onState, read, trouble, unsaved } from "./api.js";
import { candidateOf, quoteOf, startOf, store } from "./store.js";
import { candidates, candidatesView, open } from "./cards.js";
import { ledgerView } from "./ledger.js";
import { suspectsView, correctionForm, speakerForm } from "./worklist.js";
import { previewView } from "./preview.js";
import { draftOf, join, moveEdge, settle } from "./passage.js";
import { choose, chosen, readTranscript, rebuild, speakerOf, textOf } from "./transcript.js";
import { startKeys } from "./keys.js";

const VIEWS = { candidates: candidatesView, ledger: ledgerView, suspects: suspectsView, preview: previewView };
const EVERY = 1000; // ms between looks at the files

export function render() {
  document.body.dataset.view = store.view;
  for (const tab of document.querySelectorAll(".tabs button")) {
    if (tab.dataset.view === store.view) tab.setAttribute("aria-current", "page");
    else tab.removeAttribute("aria-current");
  }
  const root = $("#desk");
  const active = document.activeElement;
  const inside = root.contains(active);
  VIEWS[store.view]?.(root);
  if (inside && !active.isConnected && !root.contains(document.activeElement)) $(".card.current", root)?.focus({ preventScroll: true });
  const { quotes, undecided, stops } = store.state;
  $("#count").textContent = `${undecided.length} to decide, ${quotes.length} kept${stops.length ? `, ${stops.length} stopped` : ""}`;
}

async function take(state, { own = false, pending = 0 } = {}) {
  if (!state || (own && pending)) return;
  const changed = state.generation !== store.episode.generation;
  store.state = state;
  $("#undo").disabled = !state.undo;
  $("#undo").title = state.undo ?? "";
  $("#redo").disabled = !state.redo;
  $("#redo").title = state.redo ?? "";
  if (changed) {
    // A server that is gone shows when the next decision is saved; until then the words stay.
    const fresh = await Promise.all([read("/api/episode"), read("/api/paragraphs")]).catch(() => null);
    if (fresh) {
      [store.episode] = fresh;
      rebuild(fresh[1]);
    }
  }
  settle();
  if (store.current && !quoteOf(store.current) && !candidateOf(store.current)) store.current = null;
  conflicts(state);
  render();
}

function conflicts({ conflicts: found, problem }) {
  const box = $("#trouble");
  if (!found.length) {
    if (["conflict", "file"].includes(box.dataset.why)) box.hidden = true;
    if (problem) trouble("A file cannot be read", problem, "file");
    return;
  }
  const [first] = found;
  if (box.dataset.conflict === first.id && !box.hidden) return;
  trouble("This quote was changed in the file meanwhile", "Both versions are kept until you choose.", "conflict");
  box.dataset.conflict = first.id;
  const resolve = (use) => decide({ do: "resolve", target: first.id, value: use }, "the choice").then(() => {
    announce(use === "page" ? "As on this page" : "As in the file");
    open(first.target);
  });
  box.append(
    h("dl", { class: "both" }, h("dt", {}, "On this page"), h("dd", { dir: "auto" }, first.page), h("dt", {}, "In the file"), h("dd", { dir: "auto" }, first.file)),
    h("div", { class: "row" }, button("Use this page’s", null, () => resolve("page")), button("Use the file’s", null, () => resolve("file")), button("Decide later", null, () => (box.hidden = true))));
  box.focus();
}

/* What is done with chosen words. */

const currentHeading = () => store.heading ?? quoteOf(store.current)?.heading ?? candidateOf(store.current)?.topic ?? store.state.headings.at(-1) ?? "Highlights";

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

/** Show another view; by key, the focus goes to what is open there. */
export function switchTo(view, focus = true) {
  const narrow = matchMedia("(max-width: 760px)").matches;
  if (view !== "transcript" || narrow) {
    store.view = view;
    const list = view === "ledger" ? store.state.quotes : view === "candidates" ? candidates() : [];
    if (list.length && !list.some((entry) => entry.id === store.current)) store.current = list[0].id;
    store.wordMode = false;
    render();
    $("#desk").scrollTop = 0;
    $(".card.current")?.scrollIntoView({ block: "nearest" });
  }
  if (focus) (view === "transcript" ? $("#words") : $(".card.current") ?? $("#desk")).focus({ preventScroll: true });
}

for (const tab of document.querySelectorAll(".tabs button")) tab.addEventListener("click", () => switchTo(tab.dataset.view, false));

const LEFT = 300; // ms after a field is left: a click that left it has found its button by then
$("#desk").addEventListener("focusout", (event) => {
  if (event.target.matches("input[type=text], textarea, select")) setTimeout(render, LEFT);
});

let looking = false;
async function look() {
  if (looking || unsaved()) return;
  looking = true;
  try {
    const state = await read(`/api/state?known=${store.state.revision}`);
    if (state && !unsaved()) await take(state);
  } catch {
    // a decision will say that the server is gone
  } finally {
    looking = false;
  }
}

async function start() {
  if (location.search) history.replaceState(null, "", "/");
  readTranscript();
  startKeys();
  const [episode, state] = await Promise.all([read("/api/episode"), read("/api/state")]);
  store.episode = episode;
  onState(take);
  await take(state);
  const first = candidates()[0];
  store.view = first ? "candidates" : "ledger";
  if (first) open(first.id);
  else render();
  document.body.dataset.ready = "yes";
  performance.mark("usable");
  setInterval(look, EVERY);
  addEventListener("focus", look);
}

start().catch((error) => trouble("The page did not start", error.message));
