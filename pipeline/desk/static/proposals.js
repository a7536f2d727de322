// What was proposed beside a candidate: a [referent] for its opening, a cut, its core. The host takes or
// strikes each; the guard is asked as for any other edit.
import { announce, button, h } from "./dom.js";
import { wordAt } from "./store.js";
import { added, draftText, edited, proposedWords, remember } from "./passage.js";
import { textOf } from "./transcript.js";

const startsBracketed = (draft) => draft.pieces.find((piece) => !piece.struck)?.text.startsWith("[") ?? false;

function rewritten(draft, first, last, others, said) {
  remember(draft);
  draft.pieces = proposedWords({ first, last, others });
  [draft.first, draft.last] = [first, last];
  edited(draft);
  announce(said);
}

function takeReferent(draft, candidate) {
  remember(draft);
  const opening = draft.pieces.find((piece) => !piece.struck);
  opening.text = candidate.referent;
  edited(draft);
  announce(`It opens with ${candidate.referent}`);
}

function takeCut(draft, [first, last]) {
  const inside = (piece) => piece.raw && wordAt(piece.at) >= first && wordAt(piece.at) < last;
  const at = draft.pieces.findIndex(inside);
  if (at < 0) return;
  remember(draft);
  const mended = draft.pieces.filter((piece) => !inside(piece));
  mended.splice(at, 0, added("[...]", "ellipsis", draft.pieces[at].at));
  draft.pieces = mended;
  edited(draft);
  announce("Left out, marked [...]");
}

/** Buttons for what was proposed; none where nothing was. */
export function proposals(draft, candidate) {
  const { core, cut, referent } = candidate;
  const offers = [];
  if (referent && !startsBracketed(draft)) {
    offers.push(button(`${referent} for “${textOf(candidate.first, candidate.first + 1)}”`, null, () => takeReferent(draft, candidate), { "data-do": "referent" }));
  }
  if (cut && !draft.pieces.some((piece) => piece.kind === "ellipsis")) {
    offers.push(button(`[...] for “${textOf(...cut)}”`, null, () => takeCut(draft, cut), { "data-do": "cut" }));
  }
  if (core && (draft.first !== core[0] || draft.last !== core[1])) {
    offers.push(button("Only the core", null, () => rewritten(draft, core[0], core[1], candidate.others, "Only the core"), { "data-do": "core" }));
  }
  if (draftText(draft) !== candidate.text) {
    offers.push(button("As it was proposed", null, () => rewritten(draft, candidate.first, candidate.last, candidate.others, "As it was proposed"), { "data-do": "whole" }));
  }
  offers[0]?.setAttribute("aria-keyshortcuts", "z");
  offers[0]?.append(" ", h("kbd", { "aria-hidden": "true" }, "z"));
  return offers.length ? h("div", { class: "row proposals" }, h("span", { class: "muted" }, "Proposed:"), offers) : null;
}
