// What the page knows: the episode, the decisions, and what is open.
export const store = {
  episode: { starts: [], ends: [], candidates: [], suspects: [], around: 1, speakers: [], correctable: false },
  state: { quotes: [], headings: [], rejected: [], later: [], undecided: [], conflicts: [], stops: [], chapters: [] },
  view: "candidates",
  current: null, // id of the open candidate or quote
  suspect: null, // number of the first word of the open doubtful passage
  part: 0, // second at which the open chapter begins
  fresh: null, // second at which a chapter begins that the host is about to name
  wordMode: false,
  order: "best",
  hideDecided: true,
  heading: null, // where the next quote goes; null: the host's chapter
  painted: new Map(), // candidate to what was decided on it and is not answered yet
};

export const quoteOf = (id) => store.state.quotes.find((quote) => quote.id === id);
export const candidateOf = (id) => store.episode.candidates.find((candidate) => candidate.id === id);

/** Take in other words and candidates; those in `kept` stay though they are not proposed any more. */
export function takeEpisode(fresh, kept) {
  const before = store.episode;
  store.episode = fresh;
  for (const old of before.candidates) {
    if (candidateOf(old.id) || quoteOf(old.id) || !kept(old.id)) continue;
    const first = wordAt(before.starts[old.first] / 1000);
    const last = Math.max(first + 1, wordAt(before.starts[old.last - 1] / 1000) + 1);
    fresh.candidates.push({ ...old, first, last, others: [], core: null, cut: null, gone: true });
  }
  return before;
}

export function decisionOf(id) {
  if (store.painted.has(id)) return store.painted.get(id);
  if (candidateOf(id)?.gone) return quoteOf(id) ? "kept" : "open";
  if (store.state.rejected.includes(id)) return "rejected";
  if (store.state.later.includes(id)) return "later";
  return store.state.undecided.includes(id) ? "open" : "kept";
}

/** The place of the last of ascending numbers that is not above a value; -1 where all are. */
export function lastUpTo(numbers, value) {
  let low = 0;
  let high = numbers.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (numbers[middle] <= value) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** The number of the word that is said at a time: the last that has begun. */
export const wordAt = (seconds) => Math.max(0, lastUpTo(store.episode.starts, seconds * 1000 + 1));

export const startOf = (word) => store.episode.starts[word] / 1000;
export const endOf = (word) => store.episode.ends[word] / 1000;

let paint = () => {};

/** Have the page drawn with `draw` after every change: those who change it stand below the views. */
export function onRender(draw) {
  paint = draw;
}

/** Draw again what has changed. */
export const render = () => paint();
