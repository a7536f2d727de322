// The open passage: its words, its edges, what the guard says. Edits are made to the text, and the
// guard, asked after each, says what they mean.
import { $, announce, button, clock, h } from "./dom.js";
import { alsoCount, decide, post, settled, trouble, unsettled } from "./api.js";
import { candidateOf, endOf, quoteOf, startOf, store, wordAt } from "./store.js";
import { isPlaying, pauseAll, play } from "./player.js";
import { textOf, wordText } from "./transcript.js";
import { render } from "./main.js";

const REST = 250; // ms without another edit after which the text is sent
const EDGE = 1.2; // seconds heard at an edge that was moved
const WIDER = 3; // seconds around a passage
const JOIN = 0.35; // seconds between words that are still one stretch
const drafts = new Map();
alsoCount(() => [...drafts.values()].filter((draft) => draft.dirty && quoteOf(draft.id)).length);

const fromServer = ([token, text, raw, kind, counts, at]) => ({ text, raw, kind, counts, at, struck: token === null });
export const plainWord = (word) => ({ text: wordText(word), raw: wordText(word), kind: null, counts: "kept", at: startOf(word), struck: false });

export function draftOf(id) {
  if (drafts.has(id)) return drafts.get(id);
  const quote = quoteOf(id);
  const draft = { id, dirty: false, timer: 0, version: 0, verdict: quote ?? null, base: quote?.base, pieces: [], first: 0, last: 0 };
  if (quote) {
    draft.pieces = quote.pieces.map(fromServer);
    [draft.first, draft.last] = quote.spans.length ? [quote.spans[0][0], quote.spans.at(-1)[1]] : [wordAt(quote.start), wordAt(quote.start) + 1];
  } else {
    const candidate = candidateOf(id);
    [draft.first, draft.last] = [candidate.first, candidate.last];
    for (let word = draft.first; word < draft.last; word += 1) draft.pieces.push(plainWord(word));
    check(draft);
  }
  drafts.set(id, draft);
  return draft;
}

export const draftText = (draft) => draft.pieces.filter((piece) => !piece.struck).map((piece) => piece.text).join(" ");
export const changedText = (id) => (drafts.get(id)?.dirty ? draftText(drafts.get(id)) : undefined);

/** Forget drafts that the server knows; a text still being written stays. */
export function settle() {
  for (const [id, draft] of drafts) {
    if (quoteOf(id) && !draft.dirty) drafts.delete(id);
    else if (!quoteOf(id) && !candidateOf(id)) drafts.delete(id);
  }
}

export function forget(id) {
  drafts.delete(id);
}

export function edited(draft) {
  draft.dirty = true;
  draft.version += 1;
  if (quoteOf(draft.id)) unsettled();
  clearTimeout(draft.timer);
  draft.timer = setTimeout(() => (quoteOf(draft.id) ? send(draft) : check(draft)), REST);
  render();
}

async function send(draft) {
  const version = draft.version;
  const text = draftText(draft);
  await decide({ do: "edit", target: draft.id, base: draft.base, text }, `the text “${text.slice(0, 40)}…”`);
  if (draft.version !== version) {
    draft.base = quoteOf(draft.id)?.base;
    return;
  }
  drafts.delete(draft.id);
  settled();
  render();
}

export async function flush() {
  const waiting = [...drafts.values()].filter((draft) => draft.dirty && quoteOf(draft.id));
  await Promise.all(waiting.map((draft) => {
    clearTimeout(draft.timer);
    return send(draft);
  }));
}

async function check(draft) {
  const version = draft.version;
  const candidate = candidateOf(draft.id);
  const text = draft.dirty ? draftText(draft) : candidate.text;
  const verdict = await post("/api/check", { text, at: startOf(draft.first), speaker: candidate.speaker }).catch(() => null);
  if (!verdict || draft.version !== version) return;
  draft.verdict = verdict;
  draft.pieces = verdict.pieces.map(fromServer);
  if (verdict.spans.length) [draft.first, draft.last] = [verdict.spans[0][0], verdict.spans.at(-1)[1]];
  render();
}

/* Edges. */

export function moveEdge(draft, edge, word) {
  const total = store.episode.starts.length;
  if (edge === "start") {
    const goal = Math.max(0, Math.min(word, total - 1));
    if (draft.pieces.length && goal >= draft.last) return;
    if (goal < draft.first) {
      const added = [];
      for (let number = goal; number < draft.first; number += 1) added.push(plainWord(number));
      draft.pieces.unshift(...added);
    } else {
      const until = startOf(goal) - 0.001;
      const keep = draft.pieces.findIndex((piece) => piece.at >= until && piece.raw);
      if (keep < 0) return;
      draft.pieces.splice(0, keep);
    }
    draft.first = goal;
  } else {
    const goal = Math.max(1, Math.min(word, total));
    if (goal <= draft.first) return;
    for (let number = draft.last; number < goal; number += 1) draft.pieces.push(plainWord(number));
    if (goal < draft.last) {
      const from = startOf(goal) - 0.001;
      const keep = draft.pieces.findLastIndex((piece) => piece.at < from);
      if (keep < 0) return;
      draft.pieces.splice(keep + 1);
    }
    draft.last = goal;
  }
  edited(draft);
}

export const hearEdge = (draft, edge) => {
  const at = edge === "start" ? startOf(draft.first) : endOf(draft.last - 1);
  return play([edge === "start" ? [at, at + EDGE] : [at - EDGE, at]]);
};

export function describeEdge(draft, edge) {
  const [from, to, at] = edge === "start" ? [draft.first, Math.min(draft.first + 4, draft.last), startOf(draft.first)] : [Math.max(draft.first, draft.last - 4), draft.last, endOf(draft.last - 1)];
  return `${edge === "start" ? "starts at" : "ends with"} “${textOf(from, to)}”, ${clock(at)}`;
}

/* Words. */

export function strike(draft, index) {
  const piece = draft.pieces[index];
  piece.struck = !piece.struck;
  if (!piece.struck && piece.raw) piece.text = piece.raw;
  if (!draft.pieces.some((other) => !other.struck)) piece.struck = false;
  edited(draft);
}

export function insertAfter(draft, index, text) {
  const at = draft.pieces[index]?.at ?? startOf(draft.first);
  draft.pieces.splice(index + 1, 0, { text, raw: "", kind: "insertion", counts: "free", at, struck: false });
  edited(draft);
}

export function rewrite(draft, index, text) {
  draft.pieces[index].text = text;
  edited(draft);
}

export function join(draft, first, last) {
  draft.pieces.push({ text: "[...]", raw: "", kind: "ellipsis", counts: "free", at: startOf(draft.last - 1), struck: false });
  for (let word = first; word < last; word += 1) draft.pieces.push(plainWord(word));
  draft.last = last;
  edited(draft);
  announce(`Joined ${clock(startOf(first))} to the passage at ${clock(startOf(draft.first))}`);
}

/* Sound. */

/** The stretches of the passage as it will read: struck words are left out. */
export function asItReads(draft) {
  const words = draft.pieces.filter((piece) => !piece.struck && piece.raw).map((piece) => wordAt(piece.at));
  const stretches = [];
  for (const word of words) {
    const last = stretches.at(-1);
    if (last && word >= last.word && word - last.word <= 6 && !struckBetween(draft, last.word, word)) {
      last.end = endOf(word);
      last.word = word;
    } else {
      stretches.push({ start: startOf(word), end: endOf(word), word });
    }
  }
  if (stretches.length) {
    const verdict = draft.verdict;
    if (!draft.dirty && verdict?.spans?.length) stretches.at(-1).end = Math.max(stretches.at(-1).end, verdict.end);
  }
  return stretches.map(({ start, end }) => [start, end]);
}

function struckBetween(draft, from, to) {
  return draft.pieces.some((piece) => piece.struck && wordAt(piece.at) >= from && wordAt(piece.at) <= to && endOf(to) - startOf(from) > JOIN);
}

export function spansOf(draft) {
  const spans = draft.verdict?.spans ?? [];
  if (!draft.dirty && spans.length) return spans.map(([first, last]) => [startOf(first), endOf(last - 1)]);
  return draft.last > draft.first ? [[startOf(draft.first), endOf(draft.last - 1)]] : [];
}

export function playPassage(how = "passage") {
  if (isPlaying() && how === "passage") return pauseAll();
  if (!store.current || !(quoteOf(store.current) || candidateOf(store.current))) return undefined;
  const draft = draftOf(store.current);
  if (how === "reads") return play(asItReads(draft));
  const spans = spansOf(draft);
  if (how === "wider" && spans.length) {
    spans[0] = [Math.max(0, spans[0][0] - WIDER), spans[0][1]];
    spans[spans.length - 1] = [spans.at(-1)[0], spans.at(-1)[1] + WIDER];
  }
  return play(spans);
}

/* What is shown. */

export function verdictLine(draft) {
  const verdict = draft.verdict;
  if (!verdict) return h("p", { class: "verdict muted" }, "Asking the guard…");
  const names = { verbatim: "Word for word", cleaned: "Cleaned: only free edits", consented: "Signed by you", "needs-consent": "Stopped: needs your consent", ambiguous: "Stopped: said more than once", "not-said": "Stopped: not said" };
  if (verdict.proven) return h("p", { class: "verdict muted" }, names[verdict.status]);
  const long = verdict.status === "needs-consent" ? `${verdict.wanted.length} ${verdict.wanted.length === 1 ? "edit" : "edits"} to hear and sign` : verdict.message;
  return h("p", { class: "verdict stopped" }, h("strong", {}, names[verdict.status] ?? verdict.status), " – ", long);
}

function pieceClass(piece) {
  return piece.counts === "stopped" ? "want" : null;
}

export function words(draft) {
  const block = h("blockquote", { class: "quote", dir: "auto" });
  draft.pieces.forEach((piece, index) => {
    const word = wordAt(piece.at);
    const attributes = { class: pieceClass(piece), "data-word": piece.raw ? word : null };
    if (store.wordMode) {
      const label = piece.struck ? `${piece.text}, struck` : piece.kind && piece.kind !== "punctuation" ? `${piece.text}, ${piece.kind}` : null;
      block.append(h("button", { ...attributes, type: "button", class: piece.struck ? "struck" : attributes.class, "data-index": index, tabindex: index === (draft.at ?? 0) ? 0 : -1, "aria-label": label }, piece.text), " ");
      return;
    }
    const tag = piece.struck ? "del" : piece.kind && !["punctuation", "contraction"].includes(piece.kind) && piece.text !== piece.raw ? "ins" : "span";
    block.append(h(tag, { ...attributes, title: piece.kind && piece.kind !== "punctuation" ? `${piece.kind}${piece.raw && piece.raw !== piece.text ? `: said “${piece.raw}”` : ""}` : null }, piece.text), " ");
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
  const done = (event) => {
    event.preventDefault();
    const text = field.value.trim().replace(/\s+/g, " ");
    place.replaceChildren();
    if (text && text !== "[]") (inserting ? insertAfter : rewrite)(draft, index, text);
    focusWord(index);
  };
  const cancel = (event) => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    place.replaceChildren();
    focusWord(index);
  };
  place.replaceChildren(h("form", { class: "inline", onsubmit: done, onkeydown: cancel }, field, h("button", { class: "main" }, inserting ? "Insert" : "Write")));
  field.focus();
  if (inserting) field.setSelectionRange(1, 1);
  else field.select();
}

export function wholeText(draft) {
  const place = $(".current .word-form");
  const field = h("textarea", { rows: 6, maxlength: 20000, "aria-label": "The text of the quote" });
  field.value = draftText(draft);
  place.replaceChildren(h("form", { class: "inline", onsubmit: (event) => {
    event.preventDefault();
    const text = field.value.trim().replace(/\s+/g, " ");
    place.replaceChildren();
    if (!text) return trouble("Not done", "The quote is empty.");
    const at = startOf(draft.first);
    draft.pieces = text.split(" ").map((word) => ({ text: word, raw: "", kind: null, counts: "kept", at, struck: false }));
    return edited(draft);
  } }, field, h("button", { class: "main" }, "Use this text"), button("Cancel", null, () => place.replaceChildren())));
  field.style.width = "100%";
  field.focus();
}
