// The words of the open passage as they will read, and word mode, in which each can be taken hold of.
import { $, announce, button, h, inlineForm, joined } from "./dom.js";
import { trouble } from "./api.js";
import { render, store, wordAt } from "./store.js";
import { draftOf, draftText, insertAfter, replaceText, rewrite, strike } from "./passage.js";

export function verdictLine(draft) {
  const verdict = draft.verdict;
  if (!verdict) return h("p", { class: "verdict muted" }, "Asking the guard…");
  const names = { verbatim: "Word for word", cleaned: "Cleaned: only free edits", consented: verdict.questions.some(({ signed }) => signed.length) ? "Signed by you" : "Proven without a signature", "needs-consent": "Stopped: needs your consent", ambiguous: "Stopped: said more than once", "not-said": "Stopped: not said", withdrawn: "Stopped" };
  if (verdict.proven) return h("p", { class: "verdict muted" }, names[verdict.status]);
  const long = verdict.status === "needs-consent" ? `${verdict.wanted.length} ${verdict.wanted.length === 1 ? "question" : "questions"} to hear and sign` : verdict.message;
  return h("p", { class: "verdict stopped" }, h("strong", {}, names[verdict.status] ?? verdict.status), " – ", long);
}

/** What stands between two words: nothing where their script has no blanks. */
const apart = (piece, next) => (next && !joined([piece.text, next.text]).includes(" ") ? "" : " ");

export function words(draft) {
  const block = h("blockquote", { class: "quote", dir: "auto" });
  draft.pieces.forEach((piece, index) => {
    const word = wordAt(piece.at);
    const attributes = { class: piece.counts === "stopped" ? "want" : null, "data-word": piece.raw ? word : null };
    if (store.wordMode) {
      const label = piece.struck ? `${piece.text}, struck` : piece.kind && piece.kind !== "punctuation" ? `${piece.text}, ${piece.kind}` : null;
      block.append(h("button", { ...attributes, type: "button", class: piece.struck ? "struck" : attributes.class, "data-index": index, tabindex: index === (draft.at ?? 0) ? 0 : -1, "aria-label": label }, piece.text), " ");
      return;
    }
    const tag = piece.struck ? "del" : piece.kind && !["punctuation", "contraction"].includes(piece.kind) && piece.text !== piece.raw ? "ins" : "span";
    block.append(h(tag, { ...attributes, title: piece.kind && piece.kind !== "punctuation" ? `${piece.kind}${piece.raw && piece.raw !== piece.text ? `: said “${piece.raw}”` : ""}` : null }, piece.text), apart(piece, draft.pieces[index + 1]));
  });
  if (store.wordMode) {
    block.addEventListener("keydown", (event) => wordKey(event, draft, block));
    block.addEventListener("click", (event) => {
      const index = event.target.dataset?.index;
      if (index === undefined) return;
      draft.at = Number(index);
      strike(draft, draft.at);
      focusWord(draft.at);
    });
  } else {
    block.addEventListener("dblclick", () => wordMode(true));
  }
  return block;
}

export function wordMode(on) {
  store.wordMode = on;
  render();
  if (on) focusWord(draftOf(store.current).at ?? 0);
  else $(".current [data-do=words]")?.focus();
  announce(on ? "Word mode: arrows move, Delete strikes, i inserts, c rewrites, Escape leaves" : "Word mode left");
}

export function focusWord(index) {
  const found = document.querySelectorAll(".current .quote button");
  found[Math.max(0, Math.min(found.length - 1, index))]?.focus();
}

function wordKey(event, draft) {
  const index = Number(event.target.dataset.index ?? 0);
  const moves = { ArrowRight: index + 1, ArrowLeft: index - 1, Home: 0, End: draft.pieces.length - 1 };
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key in moves) {
    const goal = Math.max(0, Math.min(draft.pieces.length - 1, moves[event.key]));
    for (const element of event.currentTarget.children) element.tabIndex = Number(element.dataset.index) === goal ? 0 : -1;
    draft.at = goal;
    focusWord(goal);
  } else if (["Delete", "Backspace", "Enter"].includes(event.key)) {
    draft.at = index;
    strike(draft, index);
    focusWord(index);
  } else if (event.key === "i" || event.key === "c") {
    askWord(draft, index, event.key === "i");
  } else if (event.key === "Escape") {
    wordMode(false);
  } else {
    return;
  }
  event.preventDefault();
  event.stopPropagation();
}

/** A line to write in, below the words: a [bracketed insertion] or another spelling. */
export function askWord(draft, index, inserting) {
  draft.at = index;
  const place = $(".current .word-form");
  const field = h("input", { type: "text", maxlength: 300, "aria-label": inserting ? `Insert after “${draft.pieces[index].text}”` : `Instead of “${draft.pieces[index].text}”` });
  field.value = inserting ? "[]" : draft.pieces[index].text;
  const take = () => {
    const text = field.value.trim().replace(/\s+/g, " ");
    if (text && text !== "[]") (inserting ? insertAfter : rewrite)(draft, index, text);
    focusWord(index);
  };
  place.replaceChildren(inlineForm([field, h("button", { class: "main" }, inserting ? "Insert" : "Write")], take, () => {
    place.replaceChildren();
    focusWord(index);
  }));
  field.focus();
  if (inserting) field.setSelectionRange(1, 1);
  else field.select();
}

export function wholeText(draft) {
  const place = $(".current .word-form");
  const field = h("textarea", { rows: 6, maxlength: 20000, "aria-label": "The text of the quote" });
  field.value = draftText(draft);
  const close = () => {
    place.replaceChildren();
    $(".card.current")?.focus({ preventScroll: true });
  };
  place.replaceChildren(inlineForm([field, button("Use this text", "Ctrl+Enter", null, { class: "main", type: "submit" }), button("Cancel", "Esc", close)], () => {
    const text = field.value.trim().replace(/\s+/g, " ");
    if (!text) return trouble("Not done", "The quote is empty.");
    return replaceText(draft, text);
  }, close));
  field.style.width = "100%";
  field.focus();
}
