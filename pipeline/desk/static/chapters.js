// The chapters: those of the host's file, and those that are proposed until they are kept.
import { $, announce, button, clock, h, reconcile } from "./dom.js";
import { decide } from "./api.js";
import { render, startOf, store, wordAt } from "./store.js";
import { isPlaying, pause, play } from "./player.js";
import { boundary, chosen, choose, show, textOf, toTranscript } from "./transcript.js";
import { ask } from "./headings.js";

const AROUND = 14; // words shown before and after a border
const HEARD = [2, 9]; // seconds played before and after a border
const FAR = 400; // words that a border is moved at most to find a sentence

const parts = () => [...store.state.chapters, ...(store.fresh === null ? [] : [{ start: store.fresh, title: "", said: "", at: "" }])].sort((a, b) => a.start - b.start);
const nearest = (start) => parts().reduce((best, part) => (best && Math.abs(best.start - start) <= Math.abs(part.start - start) ? best : part), undefined);

/** The chapter that is open; none in another view. */
export const currentPart = () => (store.view === "chapters" && parts().length ? nearest(store.part) : undefined);

const firstWord = ({ start }) => {
  const word = wordAt(start);
  return startOf(word) < start - 0.1 ? Math.min(word + 1, store.episode.starts.length - 1) : word;
};

export function openPart(part, focus = true) {
  store.part = part.start;
  render();
  show(firstWord(part));
  const card = $(".card.current");
  card?.scrollIntoView({ block: "nearest", behavior: "instant" });
  if (focus) card?.focus({ preventScroll: true });
}

export function stepPart(by) {
  const list = parts();
  const goal = list[list.indexOf(list.find(({ start }) => start === currentPart()?.start)) + by];
  if (goal) openPart(goal);
  else announce(by > 0 ? "This is the last one" : "This is the first one");
}

export function playPart({ start }) {
  if (isPlaying()) return pause();
  return play([[Math.max(0, start - HEARD[0]), start + HEARD[1]]], true);
}

let last = Promise.resolve();

/** One change after the other: each names the chapter as the one before has left it. */
function send(command, name, said, at) {
  last = last.then(() => decide(command(), name)).then((state) => {
    if (!state) return;
    store.fresh = null;
    announce(said);
    const part = nearest(at);
    if (store.view === "chapters" && part) openPart(part);
    else render();
  });
  return last;
}

const target = ({ at, title }) => ({ target: `${at} ${title}` });

export function keepPart(part, title = part.title) {
  if (part.at) return announce("It is kept already");
  if (!title) return titlePart(part);
  return send(() => ({ do: "chapter", at: part.start, text: title }), `the chapter “${title}”`, `Kept: ${title}`, part.start);
}

/** A line to write the title in. What the host has written is kept. */
export function titlePart(part) {
  const place = $(".card.current .title");
  if (!place) return;
  ask(place, "Title of the chapter", part.title, (title) => {
    if (!part.at) keepPart(part, title);
    else if (title !== part.title) send(() => ({ do: "change-chapter", ...target(part), text: title }), `the title “${title}”`, `Its title is ${title}`, part.start);
  });
}

/** Take a chapter or a proposal out: its part falls to the one before. */
export function removePart(part, said = "Taken out") {
  if (store.fresh !== null && part.start === store.fresh) {
    store.fresh = null;
    return render();
  }
  const list = parts();
  const next = list[list.findIndex(({ start }) => start === part.start) + 1] ?? list.at(-2) ?? part;
  const command = part.at ? { do: "remove-chapter", ...target(part), at: part.start } : { do: "dismiss-chapter", at: part.start };
  return send(() => command, `“${part.title}” taken out`, said, next.start);
}

/** Join a part to the one before, which takes its title where it has none. */
export function mergePart(part) {
  const list = parts();
  const before = list[list.findIndex(({ start }) => start === part.start) - 1];
  if (!before) return announce("There is no chapter before it");
  removePart(part, `Merged with ${before.title || "the one before"}`);
  if (!before.title && part.title) keepPart(before, part.title);
  return last.then(() => openPart(nearest(before.start)));
}

/** Let a chapter begin a sentence earlier or later, between its neighbours. */
export function movePart(shown, by) {
  last = last.then(() => {
    const part = nearest(shown === currentPart() ? store.part : shown.start);
    if (!part.title) return announce("Move the border: give it a title first (Enter)");
    const list = parts();
    const at = list.findIndex(({ start }) => start === part.start);
    const word = sentence(firstWord(part), by);
    const start = word === null ? null : startOf(word);
    if (start === null || start <= (list[at - 1]?.start ?? 0) || start >= (list[at + 1]?.start ?? Infinity)) return announce("The border goes no further");
    const command = part.at ? { do: "change-chapter", ...target(part), at: start } : { do: "chapter", at: start, text: part.title };
    return decide(command, `the border at ${clock(start)}`).then((state) => {
      if (!state) return;
      announce(`It begins at ${clock(start)} with “${textOf(word, word + 5)} …”`);
      openPart(nearest(start));
    });
  });
  return last;
}

/** The first word of the sentence before or after the one that a word begins; null where there is none. */
function sentence(word, by) {
  const found = boundary(word, by);
  return found !== word && found < store.episode.starts.length && Math.abs(found - word) < FAR ? found : null;
}

/** A chapter that begins with the words that are chosen in the transcript. */
export function partChosen() {
  const [first] = chosen();
  choose(null, null);
  store.fresh = startOf(first);
  openPart({ start: store.fresh });
  titlePart(currentPart());
}

function border(part) {
  const word = firstWord(part);
  const total = store.episode.starts.length;
  return h("p", { class: "doubt", dir: "auto" },
    h("span", { class: "muted" }, `${word > AROUND ? "… " : ""}${textOf(Math.max(0, word - AROUND), word)} `),
    h("span", { class: "border", role: "img", "aria-label": "here it begins" }), h("span", {}, ` ${textOf(word, Math.min(total, word + 2 * AROUND))} …`));
}

const state = (part) => (part.at ? "Kept" : store.state.unseen ? "Published unseen" : "Proposed");

function tools(part) {
  return [h("div", { class: "row tools-row" },
    h("span", { class: "row" }, button("Play", "Space", () => playPart(part)), button("In transcript", "t", () => partToTranscript(part))),
    h("span", { class: "row" }, button("Earlier", "[", () => movePart(part, -1)), button("Later", "]", () => movePart(part, 1)))),
  h("div", { class: "row actions" },
    part.at ? null : button("Keep", "a", () => keepPart(part), { class: "main" }),
    button(part.title ? "Edit the title" : "Write a title", "Enter", () => titlePart(part)),
    button("Merge with the one before", "m", () => mergePart(part)),
    button(part.at ? "Take out" : "Not this one", "x", () => removePart(part)))];
}

export const partToTranscript = (part) => toTranscript(firstWord(part));

function card(part, current) {
  const title = part.title || "No title yet: nothing that is said here makes one";
  return h("li", { class: `card part-card${part.at ? " kept" : ""}${current ? " current" : ""}`, tabindex: current ? -1 : null, "aria-current": current ? "true" : null },
    h("p", { class: "meta" }, h("span", { class: "num" }, clock(part.start)), h("span", { class: part.at ? "state" : null }, state(part))),
    current
      ? [h("p", { class: `quote title${part.title ? "" : " muted"}`, dir: "auto", tabindex: -1 }, title), border(part), tools(part)]
      : h("button", { type: "button", class: `brief${part.title ? "" : " muted"}`, dir: "auto", onclick: () => openPart(part) }, title));
}

function lead() {
  const { chapters, unseen } = store.state;
  const kept = chapters.filter(({ at }) => at).length;
  const open = chapters.length - kept;
  if (!chapters.length) return "None is proposed: the episode is short, or of one subject. Choose words in the transcript and press n to begin one there.";
  if (unseen) return "These are published as they were proposed. Keep one, and only what you keep is published from the next release on.";
  return `${kept} kept, ${open} proposed. A part begins where the subject changes, and is called by what is said there. Only what you keep is published${kept ? "" : ": nothing, as it stands"}.`;
}

export function chaptersView(root) {
  if (root.dataset.shown !== "chapters") {
    root.dataset.shown = "chapters";
    root.replaceChildren(h("h2", {}, "Chapters"), h("p", { class: "muted lead" }), h("ol", { class: "cards", "aria-label": "Chapters" }));
  }
  $(".lead", root).textContent = lead();
  const open = currentPart();
  reconcile($(".cards", root), parts().map((part) => {
    const current = part.start === open.start;
    return { key: `part-${part.start}`, signature: JSON.stringify([part, current, store.state.unseen, store.episode.generation]), build: () => card(part, current) };
  }));
}
