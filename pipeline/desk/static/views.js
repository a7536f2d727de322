// The views of the desk: which one is shown, and drawing it again after a change.
import { $, announce } from "./dom.js";
import { candidateOf, onRender, quoteOf, render, store } from "./store.js";
import { draftOf } from "./passage.js";
import { follow, isNarrow, mark } from "./transcript.js";
import { candidates, candidatesView } from "./cards.js";
import { ledgerView } from "./ledger.js";
import { currentSuspect, suspectsView } from "./worklist.js";
import { chaptersView, currentPart, openPart } from "./chapters.js";
import { previewView } from "./preview.js";

const NAMES = { candidates: "Candidates", ledger: "Ledger", suspects: "Suspects", chapters: "Chapters", preview: "Preview", transcript: "Transcript" };
const VIEWS = { candidates: candidatesView, ledger: ledgerView, suspects: suspectsView, chapters: chaptersView, preview: previewView };

function draw() {
  document.body.dataset.view = store.view;
  for (const tab of document.querySelectorAll(".tabs button")) {
    if (tab.dataset.view === store.view) tab.setAttribute("aria-current", "page");
    else tab.removeAttribute("aria-current");
  }
  const root = $("#desk");
  const active = document.activeElement;
  const inside = root.contains(active);
  VIEWS[store.view]?.(root);
  const { first, last } = opened();
  mark(first, last);
  if (inside && !active.isConnected && !root.contains(document.activeElement)) $(".card.current", root)?.focus({ preventScroll: true });
  const { quotes, undecided, stops } = store.state;
  $("#count").textContent = `${undecided.length} to decide, ${quotes.length} kept${stops.length ? `, ${stops.length} stopped` : ""}`;
}

onRender(draw);

/** The words, from `first` to before `last`, of what is open: none where nothing is. */
function opened() {
  const known = quoteOf(store.current) || candidateOf(store.current);
  return currentSuspect() ?? (known ? draftOf(store.current) : { first: 0, last: 0 });
}

/** Show another view; by key, the focus goes to what is open there. */
export function switchTo(view, focus = true) {
  if (view !== "transcript" || isNarrow()) {
    store.view = view;
    const list = view === "ledger" ? store.state.quotes : view === "candidates" ? candidates() : [];
    if (list.length && !list.some((entry) => entry.id === store.current)) store.current = list[0].id;
    store.wordMode = false;
    render();
    $("#desk").scrollTop = 0;
    $(".card.current")?.scrollIntoView({ block: "nearest" });
    if (currentPart()) openPart(currentPart(), false);
  }
  follow(opened());
  announce(NAMES[view], false);
  if (focus) (view === "transcript" ? $("#words") : $(".card.current") ?? $("#desk")).focus({ preventScroll: true });
}

for (const tab of document.querySelectorAll(".tabs button")) tab.addEventListener("click", () => switchTo(tab.dataset.view, false));

const LEFT = 300; // ms after a field is left: a click that left it has found its button by then
$("#desk").addEventListener("focusout", (event) => {
  if (event.target.matches("input[type=text], textarea, select")) setTimeout(render, LEFT);
});
