// Words worth hearing again, and the ways to mend a transcript.
import { $, announce, button, clock, h, inlineForm, reconcile } from "./dom.js";
import { decide } from "./api.js";
import { endOf, render, startOf, store } from "./store.js";
import { isPlaying, pauseAll, play } from "./player.js";
import { choose, follow, reveal, speakerOf, textOf } from "./transcript.js";

const PAGE = 25;
const CONTEXT = 6; // words shown before and after
let shown = PAGE;

const listed = () => store.episode.suspects.slice(0, shown);
export const currentSuspect = () => (store.view === "suspects" ? listed().find(({ first }) => first === store.suspect) : undefined);

export function openSuspect(suspect) {
  pauseAll();
  store.suspect = suspect?.first ?? null;
  render();
  if (suspect) follow(suspect);
  const row = $(".card.current");
  row?.scrollIntoView({ block: "nearest", behavior: "instant" });
  (row ?? $("#desk")).focus({ preventScroll: true });
}

export function stepSuspect(by) {
  const at = listed().findIndex(({ first }) => first === store.suspect);
  const list = listed();
  if (list.length) openSuspect(list[Math.max(0, Math.min(list.length - 1, at + by))]);
}

export const playSuspect = ({ start, end }) => (isPlaying() ? pauseAll() : play([[Math.max(0, start - store.episode.around), end + store.episode.around]]));

/** Decide on a suspect, and go on to the next one. */
function decided(suspect, command, name, said) {
  if (!store.episode.correctable) return announce("Corrections need build/transcript.raw.json, which is not here");
  const list = listed();
  const next = list[list.indexOf(suspect) + 1] ?? list[list.indexOf(suspect) - 1];
  store.suspect = next?.first ?? null;
  return decide({ ...command, words: [suspect.first, suspect.last], said: suspect.text, at: suspect.start }, name).then((state) => {
    if (!state) return;
    announce(said);
    if (store.view === "suspects") openSuspect(currentSuspect() ?? listed()[0]);
  });
}

/** It was heard, and it is right: the words are doubted no longer, in quotes neither. */
export const heardSuspect = (suspect) => decided(suspect, { do: "heard" }, `“${suspect.text}” was heard`, `Heard: ${suspect.text}`);

/** It is the mishearing that was mended elsewhere. */
export const acceptSuspect = (suspect) => decided(suspect, { do: "correct", text: suspect.instead }, `the correction “${suspect.instead}”`, `Corrected: ${suspect.instead}`);

/** The suspects that are heard as what was mended within these seconds, or anywhere. */
export const elsewhere = (start = -Infinity, end = Infinity) => store.episode.suspects.filter(({ instead, of }) => instead && of >= start && of <= end);

/** Go to the first place where the same mishearing is heard: of the open quote, or of any. */
export function toElsewhere(found = elsewhere()) {
  if (!found.length) return announce("No mishearing that was mended is heard elsewhere");
  store.view = "suspects";
  return openSuspect(found[0]);
}

export function suspectToTranscript({ first, last }) {
  reveal(first);
  choose(first, last - 1);
}

export const correctSuspect = ({ first, last }) => correctionForm($(".card.current .place"), first, last);

export function suspectsView(root) {
  const { suspects, around, correctable } = store.episode;
  if (root.dataset.shown !== "suspects") {
    root.dataset.shown = "suspects";
    root.replaceChildren(
      h("h2", {}, "Worth hearing again"), h("p", { class: "muted lead" }),
      correctable ? "" : h("p", { class: "stopped" }, h("strong", {}, "Corrections need "), "build/transcript.raw.json, which is not here."),
      h("ol", { class: "cards", "aria-label": "Doubtful passages" }), h("p", { class: "row more" }));
  }
  if (!listed().some(({ first }) => first === store.suspect)) store.suspect = suspects[0]?.first ?? null;
  const seconds = Math.ceil(suspects.reduce((sum, { start, end }) => sum + end - start + 2 * around, 0));
  $(".lead", root).textContent = suspects.length
    ? `${suspects.length === 1 ? "One passage" : `${suspects.length} passages`}, ${seconds < 60 ? `${seconds} s` : clock(seconds)} to listen to: ${elsewhere().length ? "where the same mishearing is that was mended elsewhere, then " : ""}what the recogniser itself doubts, where listening finds most first. A quote over strongly doubted words waits until you have heard them.`
    : "The recogniser doubts nothing here, or you have heard it all.";
  reconcile($(".cards", root), listed().map((suspect) => {
    const current = suspect.first === store.suspect;
    return { key: `suspect-${suspect.first}-${suspect.text}`, signature: `${current} ${store.episode.generation}`, build: () => row(suspect, correctable, current) };
  }));
  $(".more", root).replaceChildren(...(suspects.length > shown ? [button(`Show more (${suspects.length - shown})`, null, () => {
    shown += PAGE;
    render();
  })] : []));
}

function row(suspect, correctable, current) {
  const { first, last } = suspect;
  const total = store.episode.starts.length;
  const text = [h("span", { class: "muted" }, `${first > CONTEXT ? "… " : ""}${textOf(Math.max(0, first - CONTEXT), first)} `), h("mark", {}, suspect.text), suspect.instead ? h("strong", {}, ` → ${suspect.instead}`) : "", h("span", { class: "muted" }, ` ${textOf(last, Math.min(total, last + CONTEXT))}${last + CONTEXT < total ? " …" : ""}`)];
  const key = (name) => (current ? name : null);
  const { instead } = suspect;
  return h("li", { class: `card suspect${current ? " current" : ""}`, tabindex: current ? -1 : null, "aria-current": current ? "true" : null },
    h("p", { class: "meta" }, h("span", { class: "num" }, clock(suspect.start)), h("span", {}, instead ? `mended to “${instead}” at ${clock(suspect.of)}` : suspect.why.join(", "))),
    current ? h("p", { class: "doubt", dir: "auto" }, text) : h("button", { type: "button", class: "brief", dir: "auto", onclick: () => openSuspect(suspect) }, text),
    current ? h("div", { class: "row" },
      button("Play", key("Space"), () => playSuspect(suspect)),
      instead ? button(`It is “${instead}”`, key("a"), () => acceptSuspect(suspect), { class: "main" }) : null,
      correctable ? button("Heard, it is right", key("h"), () => heardSuspect(suspect), { class: instead ? null : "main" }) : null,
      correctable ? button("Correct", key("c"), () => correctSuspect(suspect), { "aria-label": `Correct “${suspect.text}”` }) : null,
      button("In transcript", key("t"), () => suspectToTranscript(suspect))) : null,
    h("div", { class: "place" }));
}

export function correctionForm(place, first, last) {
  const said = textOf(first, last);
  const at = startOf(first); // now: the words may have other numbers when it is sent
  const field = h("input", { type: "text", maxlength: 2000, "aria-label": `What was said instead of “${said}”` });
  field.value = said;
  const everywhere = h("input", { type: "checkbox" });
  const form = inlineForm([field, h("label", { class: "check" }, everywhere, "In every episode (glossary)"), h("button", { class: "main" }, "Correct"),
    button("Hear it", null, () => play([[Math.max(0, startOf(first) - 1), endOf(last - 1) + 1]]))],
  () => decide({ do: everywhere.checked ? "term" : "correct", words: [first, last], said, at, text: field.value }, `the correction “${field.value}”`),
  () => leave(form));
  place.replaceChildren(form);
  field.focus();
  field.select();
}

/** Close a form, and go back to where it was opened from. */
function leave(form) {
  const back = form.closest(".card") ?? $("#words");
  form.remove();
  back.focus({ preventScroll: true });
}

export function speakerForm(place, word) {
  const field = h("input", { type: "text", maxlength: 200, list: "speakers", "aria-label": `Who speaks from ${clock(startOf(word))} on` });
  field.value = speakerOf(word) ?? "";
  const voice = speakerOf(word);
  const at = startOf(word);
  const everywhere = h("input", { type: "checkbox" });
  const from = `Change the speaker from ${clock(startOf(word))} on`;
  const form = inlineForm([field, h("datalist", { id: "speakers" }, store.episode.speakers.map((name) => h("option", { value: name }))), voice ? h("label", { class: "check" }, everywhere, `Everywhere that ${voice} speaks`) : null, h("button", { class: "main" }, from)], () => {
    const speaker = field.value.trim();
    if (speaker) decide(everywhere.checked ? { do: "voice", text: voice, speaker } : { do: "speaker", at, speaker }, `the speaker ${speaker}`);
  }, () => leave(form));
  everywhere.addEventListener("change", () => ($("button", form).textContent = everywhere.checked ? `Rename ${voice} everywhere` : from));
  place.replaceChildren(form);
  field.focus();
  field.select();
}
