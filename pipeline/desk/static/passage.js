// The open passage: its words, its edges, what the guard says. Edits are made to the text, and the
// guard, asked after each, says what they mean.
import { announce, clock, joined } from "./dom.js";
import { alsoCount, alsoWarn, decide, post, settled, trouble, unsettled } from "./api.js";
import { candidateOf, endOf, quoteOf, render, startOf, store, wordAt } from "./store.js";
import { isPlaying, pause, play } from "./player.js";
import { textOf, wordText } from "./transcript.js";

const REST = 250; // ms without another edit after which the text is sent
const EDGE = 1.2; // seconds heard at an edge that was moved
const WIDER = 3; // seconds around a passage
const JOIN = 0.35; // seconds between words that are still one stretch
const drafts = new Map();
const written = (kept) => [...drafts.values()].filter((draft) => draft.dirty && Boolean(quoteOf(draft.id)) === kept).length;
/** Candidates that were trimmed, and neither kept nor rejected: only this page knows it. */
export const unkept = () => written(false);
alsoCount(() => written(true));
alsoWarn(unkept);

const fromServer = ([token, text, raw, kind, counts, at, filler]) => ({ text, raw, kind, counts, at, filler, struck: token === null });
const plainWord = (word) => ({ text: wordText(word), raw: wordText(word), kind: null, counts: "kept", at: startOf(word), struck: false });
const plainWords = (first, last) => Array.from({ length: Math.max(0, last - first) }, (_, place) => plainWord(first + place));

/** What the host puts between the words. */
export const added = (text, kind, at) => ({ text, raw: "", kind, counts: "free", at, struck: false });

/** The words of a candidate; the listener's "yeah" between is shown struck. */
export function proposedWords({ first, last, others }) {
  return plainWords(first, last).map((word, place) => ({ ...word, struck: others.includes(first + place) }));
}

/** The draft of a passage: one object as long as it is open, since buttons and forms hold it. */
export function draftOf(id) {
  const draft = drafts.get(id) ?? { id, timer: 0, version: 0, edge: "end", old: true };
  if (!draft.old) return draft;
  drafts.set(id, draft);
  const quote = quoteOf(id);
  clearTimeout(draft.timer);
  Object.assign(draft, { old: false, dirty: false, version: draft.version + 1, verdict: quote ?? null, base: quote?.base, past: [], coming: [] });
  if (quote) {
    draft.pieces = quote.pieces.map(fromServer);
    [draft.first, draft.last] = quote.spans.length ? [quote.spans[0][0], quote.spans.at(-1)[1]] : [wordAt(quote.start), wordAt(quote.start) + 1];
  } else {
    const candidate = candidateOf(id);
    [draft.first, draft.last] = [candidate.first, candidate.last];
    draft.pieces = proposedWords(candidate);
    const opening = draft.pieces.find((piece) => !piece.struck);
    if (opening) opening.text = candidate.text.slice(0, opening.text.length);  // perhaps with a capital
    check(draft);
  }
  return draft;
}

/** A quote that was taken out in the file while its text was being written: the text is not lost. */
function lost(draft) {
  clearTimeout(draft.timer);
  drafts.delete(draft.id);
  if (draft.dirty) trouble("This quote was taken out of the ledger meanwhile", `You had written: ${draftText(draft)}`);
}

export const draftText = (draft) => joined(draft.pieces.filter((piece) => !piece.struck).map((piece) => piece.text));
export const changedText = (id) => (drafts.get(id)?.dirty ? draftText(drafts.get(id)) : undefined);

/** Forget drafts that the server knows; a text still being written stays. */
export function settle() {
  for (const [id, draft] of drafts) {
    if (quoteOf(id) && !draft.dirty) draft.old = true;
    else if (!quoteOf(id) && !candidateOf(id)) lost(draft);
  }
}

/** Take in other words: a draft that is untouched begins anew, what was written goes to where its time is. */
export function reanchor(before) {
  const moved = (step) => ({
    first: wordAt((before.starts[step.first] ?? 0) / 1000),
    last: Math.max(1, wordAt((before.starts[step.last - 1] ?? 0) / 1000) + 1),
  });
  for (const [id, draft] of drafts) {
    if (!draft.dirty) {
      draft.old = true;
      continue;
    }
    for (const step of [draft, ...draft.past, ...draft.coming]) Object.assign(step, moved(step));
    if (!quoteOf(id)) check(draft);
  }
}

/** Whether a candidate has a text that no decision was made on. */
export const isWritten = (id) => Boolean(drafts.get(id)?.dirty);

export function forget(id) {
  drafts.delete(id);
}

const copyOf = (draft) => ({ pieces: draft.pieces.map((piece) => ({ ...piece })), first: draft.first, last: draft.last, dirty: draft.dirty });

/** Before each step on a candidate, which the server does not know yet: undo starts here. */
export function remember(draft) {
  draftOf(draft.id);
  if (quoteOf(draft.id)) return;
  draft.past.push(copyOf(draft));
  draft.coming.length = 0;
}

/** Take a step on an undecided candidate back, or do it again; false where there is none. */
export function turnStep(id, back) {
  const draft = drafts.get(id);
  const from = back ? draft?.past : draft?.coming;
  if (!from?.length || quoteOf(id)) return false;
  (back ? draft.coming : draft.past).push(copyOf(draft));
  const step = from.pop();
  Object.assign(draft, step);
  edited(draft);
  draft.dirty = step.dirty;
  announce(back ? "Step taken back" : "Step done again");
  return true;
}

export function edited(draft) {
  draft.dirty = true;
  draft.version += 1;
  if (quoteOf(draft.id)) unsettled();
  clearTimeout(draft.timer);
  draft.timer = setTimeout(() => (quoteOf(draft.id) ? send(draft) : candidateOf(draft.id) ? check(draft) : lost(draft)), REST);
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
  draft.dirty = false;
  draft.old = true;
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
  if (!verdict || draft.version !== version || drafts.get(draft.id) !== draft) return;
  draft.verdict = verdict;
  draft.pieces = verdict.pieces.map(fromServer);
  if (verdict.spans.length) [draft.first, draft.last] = [verdict.spans[0][0], verdict.spans.at(-1)[1]];
  render();
}

/* Edges. */

export function moveEdge(draft, edge, word) {
  const total = store.episode.starts.length;
  draft.edge = edge;
  if (edge === "start") {
    const goal = Math.max(0, Math.min(word, total - 1));
    if (draft.pieces.length && goal >= draft.last) return announce("The quote would begin after its end");
    remember(draft);
    if (goal < draft.first) {
      draft.pieces.unshift(...plainWords(goal, draft.first));
    } else {
      const until = startOf(goal) - 0.001;
      const keep = draft.pieces.findIndex((piece) => piece.at >= until && piece.raw);
      if (keep < 0) return undefined;
      draft.pieces.splice(0, keep);
    }
    draft.first = goal;
  } else {
    const goal = Math.max(1, Math.min(word, total));
    if (goal <= draft.first) return announce("The quote would end before it begins");
    remember(draft);
    draft.pieces.push(...plainWords(draft.last, goal));
    if (goal < draft.last) {
      const from = startOf(goal) - 0.001;
      const keep = draft.pieces.findLastIndex((piece) => piece.at < from);
      if (keep < 0) return undefined;
      draft.pieces.splice(keep + 1);
    }
    draft.last = goal;
  }
  return edited(draft);
}

/** By a word, with the keys of the card: the edge that was moved last, the end to begin with. */
export function stepEdge(draft, step) {
  moveEdge(draft, draft.edge, (draft.edge === "start" ? draft.first : draft.last) + step);
  announce(describeEdge(draft, draft.edge), false);
  return hearEdge(draft, draft.edge);
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
  remember(draft);
  const piece = draft.pieces[index];
  piece.struck = !piece.struck;
  if (!piece.struck && piece.raw) piece.text = piece.raw;
  if (!draft.pieces.some((other) => !other.struck)) piece.struck = false;
  edited(draft);
}

/** The words that only fill, as the guard knows them, and that still stand. */
export const fillersOf = (draft) => draft.pieces.filter((piece) => piece.filler && !piece.struck);

/** Strike them all, in one step; what then opens the quote gets the capital. */
export function strikeFillers(draft) {
  const fillers = fillersOf(draft);
  const stay = draft.pieces.filter((piece) => !piece.struck && !piece.filler);
  if (!fillers.length || !stay.length) return announce("There are no fillers in this passage");
  remember(draft);
  const opening = draft.pieces.find((piece) => !piece.struck).text[0];
  for (const piece of fillers) piece.struck = true;
  if (opening === opening.toUpperCase()) stay[0].text = stay[0].text[0].toUpperCase() + stay[0].text.slice(1);
  edited(draft);
  return announce(`${fillers.length === 1 ? "One filler" : `${fillers.length} words that only fill`} struck: u takes it back`);
}

export function insertAfter(draft, index, text) {
  remember(draft);
  const at = draft.pieces[index]?.at ?? startOf(draft.first);
  draft.pieces.splice(index + 1, 0, added(text, "insertion", at));
  edited(draft);
}

/** Another wording of the whole; the guard finds out what it means. */
export function replaceText(draft, text) {
  remember(draft);
  const at = startOf(draft.first);
  draft.pieces = text.split(" ").map((word) => ({ text: word, raw: "", kind: null, counts: "kept", at, struck: false }));
  edited(draft);
}

export function rewrite(draft, index, text) {
  remember(draft);
  draft.pieces[index].text = text;
  edited(draft);
}

export function join(draft, first, last) {
  remember(draft);
  draft.pieces.push(added("[...]", "ellipsis", startOf(draft.last - 1)), ...plainWords(first, last));
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
  if (isPlaying() && how === "passage") return pause();
  if (!store.current || !(quoteOf(store.current) || candidateOf(store.current))) return undefined;
  const draft = draftOf(store.current);
  if (how === "reads") return play(asItReads(draft));
  const spans = spansOf(draft);
  if (how === "wider" && spans.length) {
    spans[0] = [Math.max(0, spans[0][0] - WIDER), spans[0][1]];
    spans[spans.length - 1] = [spans.at(-1)[0], spans.at(-1)[1] + WIDER];
  }
  return play(spans, how === "passage");
}
