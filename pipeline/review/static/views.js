// The views of the desk: which one is shown, and drawing it again after a change.
import { $ } from "./dom.js";
import { onRender, render, store } from "./store.js";
import { candidates, candidatesView } from "./cards.js";
import { ledgerView } from "./ledger.js";
import { suspectsView } from "./worklist.js";
import { previewView } from "./preview.js";

const VIEWS = { candidates: candidatesView, ledger: ledgerView, suspects: suspectsView, preview: previewView };

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
  if (inside && !active.isConnected && !root.contains(document.activeElement)) $(".card.current", root)?.focus({ preventScroll: true });
  const { quotes, undecided, stops } = store.state;
  $("#count").textContent = `${undecided.length} to decide, ${quotes.length} kept${stops.length ? `, ${stops.length} stopped` : ""}`;
}

onRender(draw);

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
