// The candidates: one line each, the open one with its words, sound and decisions.
import { $, announce, button, clock, h, reconcile } from "./dom.js";
import { decide, settled } from "./api.js";
import { candidateOf, decisionOf, quoteOf, render, startOf, store } from "./store.js";
import { changedText, draftOf, forget } from "./passage.js";
import { verdictLine, words } from "./words.js";
import { proposals } from "./proposals.js";
import { open, passageTools } from "./card.js";
import { objections } from "./questions.js";
import { wave } from "./wave.js";

const STATES = { open: "", kept: "Kept", rejected: "Rejected", later: "Later" };

export function candidates() {
  const found = store.episode.candidates.filter((candidate) => !store.hideDecided || ["open", "later"].includes(decisionOf(candidate.id)) || candidate.id === store.current);
  if (store.order === "time") return [...found].sort((a, b) => a.start - b.start);
  if (store.order === "topic") {
    const first = new Map();
    for (const candidate of store.episode.candidates) {
      first.set(candidate.topic, Math.min(first.get(candidate.topic) ?? Infinity, candidate.start));
    }
    return [...found].sort((a, b) => first.get(a.topic) - first.get(b.topic));
  }
  const rank = (candidate) => (decisionOf(candidate.id) === "later" ? 1 : 0);
  return [...found].sort((a, b) => rank(a) - rank(b));
}

/** The next thing to decide after this one. */
function advance(id) {
  const list = candidates().map((candidate) => candidate.id);
  const at = list.indexOf(id);
  const left = (other) => other !== id && ["open", "later"].includes(decisionOf(other));
  const next = list.slice(at + 1).find(left) ?? list.find(left) ?? null;
  if (next) open(next);
  else {
    store.current = null;
    render();
    $("#desk").focus();
  }
}

function paintAndSend(id, decision, command, name) {
  store.painted.set(id, decision);
  const sent = decide({ target: id, ...command }, name).then((state) => {
    store.painted.delete(id);
    forget(id);
    settled();
    render();
    return state;
  });
  announce(name);
  advance(id);
  return sent;
}

export function headingFor(candidate) {
  return store.heading ?? candidate.heading;
}

export function keep(id, heading) {
  const candidate = candidateOf(id);
  const goal = heading ?? headingFor(candidate);
  const text = changedText(id);
  if (candidate.gone) return keepGone(candidate, goal, text ?? candidate.text);
  return paintAndSend(id, "kept", { do: "keep", heading: goal, ...(text ? { text } : {}) }, goal ? `Kept under ${goal}` : "Kept without a heading");
}

/** One that is not proposed any more, while the host was at work on it: its text is a quote like any other. */
function keepGone({ id, first, speaker }, heading, text) {
  return decide({ do: "quote", heading, text, at: startOf(first), ...(speaker ? { speaker } : {}) }, heading ? `Kept under ${heading}` : "Kept without a heading").then((state) => {
    if (!state) return;
    announce(heading ? `Kept under ${heading}` : "Kept without a heading");
    dropGone(id);
  });
}

function dropGone(id) {
  advance(id);
  forget(id);
  store.episode.candidates = store.episode.candidates.filter((candidate) => candidate.id !== id);
  render();
}

const put = (id, decision, command, name) => (candidateOf(id).gone ? dropGone(id) : paintAndSend(id, decision, command, name));
export const reject = (id) => put(id, "rejected", { do: "reject" }, "Rejected");
export const later = (id) => put(id, "later", { do: "later" }, "Later");
export const takeBack = (id) => decide({ do: "restore", target: id }, "Taken back").then(() => open(id));

function openCard(candidate, decision) {
  const draft = draftOf(candidate.id);
  const headings = [...new Set([...store.state.headings, ...store.episode.candidates.map((other) => other.heading), candidate.topic])].filter(Boolean);
  const field = h("input", { type: "text", list: "headings", maxlength: 300, id: "heading", onchange: (event) => {
    store.heading = event.target.value.trim();
  } });
  field.placeholder = candidate.topic ? `none; proposed: ${candidate.topic}` : "none: write one, or keep the quote without";
  field.value = headingFor(candidate);
  return [
    words(draft),
    h("div", { class: "word-form" }),
    wave(draft),
    passageTools(draft),
    proposals(draft, candidate),
    verdictLine(draft),
    objections(draft.verdict),
    candidate.why.length ? h("p", { class: "muted" }, `Why: ${candidate.why.join(", ")}.`) : null,
    h("p", { class: "fields" }, h("label", { for: "heading" }, "Heading"), field,
      h("datalist", { id: "headings" }, headings.map((heading) => h("option", { value: heading })))),
    h("div", { class: "row actions" },
      decision === "rejected" ? button("Take back", "x", () => takeBack(candidate.id)) : [
        button("Keep", "a", () => keep(candidate.id), { class: "main" }),
        button("Reject", "x", () => reject(candidate.id)),
        button("Later", "l", () => later(candidate.id))]),
  ];
}

function card(candidate, decision, current) {
  const quote = quoteOf(candidate.id);
  return h("li", { class: `card ${decision}${current ? " current" : ""}`, tabindex: current ? -1 : null, "aria-current": current ? "true" : null },
    h("p", { class: "meta" },
      h("span", { class: "num" }, clock(candidate.start)),
      candidate.speaker ? h("span", { dir: "auto" }, candidate.speaker) : null,
      h("span", {}, `${Math.round(candidate.end - candidate.start)} s`),
      h("span", { dir: "auto" }, candidate.topic),
      candidate.gone ? h("span", { class: "state" }, "Not proposed any more") : null,
      STATES[decision] ? h("span", { class: "state" }, STATES[decision]) : null,
      quote && decision === "kept" ? h("span", {}, quote.heading ? `under ${quote.heading}` : "without a heading") : null),
    current ? openCard(candidate, decision) : h("button", { type: "button", class: "brief", dir: "auto", onclick: () => open(candidate.id) }, candidate.text));
}

const ORDERS = [["best", "best first"], ["topic", "by topic"], ["time", "by time"]];

export function nextOrder() {
  const at = ORDERS.findIndex(([value]) => value === store.order);
  const [value, label] = ORDERS[(at + 1) % ORDERS.length];
  store.order = value;
  $("#order").value = value;
  announce(`Order: ${label}`);
  open(store.current);
}

export function showDecided() {
  store.hideDecided = !store.hideDecided;
  $("#decided").checked = !store.hideDecided;
  announce(store.hideDecided ? "Decided ones are hidden" : "Decided ones are shown");
  render();
}

function bar() {
  const choose = h("select", { id: "order", "aria-keyshortcuts": "o", onchange: (event) => {
    store.order = event.target.value;
    render();
  } }, ORDERS.map(([value, label]) => h("option", { value, selected: value === store.order }, label)));
  const hide = h("input", { type: "checkbox", id: "decided", "aria-keyshortcuts": "d", checked: !store.hideDecided, onchange: showDecided });
  return h("div", { class: "bar" }, h("label", {}, "Order", choose), h("label", { class: "check" }, hide, "Show decided ones"));
}

export function candidatesView(root) {
  let list = $(".cards", root);
  if (root.dataset.shown !== "candidates") {
    list = h("ol", { class: "cards", "aria-label": "Candidates" });
    root.replaceChildren(h("h2", { class: "unseen" }, "Candidates"), bar(), h("div", { id: "done" }), list);
    root.dataset.shown = "candidates";
  }
  const found = candidates();
  const left = found.filter((candidate) => ["open", "later"].includes(decisionOf(candidate.id)));
  $("#done", root).replaceChildren(...nothingLeft(left.length));
  reconcile(list, found.map((candidate) => {
    const decision = decisionOf(candidate.id);
    const current = candidate.id === store.current;
    const draft = current ? draftOf(candidate.id) : null;
    const signature = JSON.stringify([decision, current, current && [store.wordMode, draft.version, draft.verdict?.status, draft.pieces.length, store.heading], quoteOf(candidate.id)?.heading, candidate.text, candidate.start, candidate.speaker, candidate.gone]);
    return { key: candidate.id, signature, build: () => card(candidate, decision, current) };
  }));
}

function nothingLeft(left) {
  if (left) return [];
  const total = store.episode.candidates.length;
  const text = total ? "Every candidate is decided. The ledger shows what is kept." : "No candidates yet: none of the passages stood out. Choose words in the transcript and press n to make a quote.";
  return [h("div", { class: "empty" }, h("h2", {}, total ? "Nothing is left to decide" : "No candidates"), h("p", {}, text),
    h("p", { class: "row" }, button("Open the ledger", null, () => {
      store.view = "ledger";
      render();
    }, { class: "main" })))];
}
