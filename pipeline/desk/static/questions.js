// What the guard asks about the open quote: one question a sentence, said and published side by side.
import { $, announce, button, clock, h } from "./dom.js";
import { decide } from "./api.js";
import { quoteOf, render, store } from "./store.js";
import { draftOf, playPassage } from "./passage.js";
import { play } from "./player.js";
import { open } from "./card.js";

const AROUND = 1.5; // seconds around the edits of a question
const LETTERS = 14; // letters that are said in a second
const heard = new Set(); // lines of questions, with the recording that they were heard in

export const openQuestions = (verdict) => (verdict?.questions ?? []).filter((asked) => !asked.signed.length);

const nameOf = (asked) => `${store.state.sound} ${asked.line}`;

/** The moments of a question, in order; those that are close together are one. */
export function moments(asked) {
  const found = [];
  for (const { at, raw } of [...asked.edits].sort((one, other) => one.at - other.at)) {
    const [start, end] = [Math.max(0, at - AROUND), at + raw.length / LETTERS + AROUND];
    const last = found.at(-1);
    if (last && start <= last[1] + AROUND) last[1] = Math.max(last[1], end);
    else found.push([start, end]);
  }
  return found;
}

/** Play the moments of a question. */
export function hearQuestion(asked) {
  heard.add(nameOf(asked));
  return play(moments(asked));
}

function side(name, stretches) {
  const words = stretches.flatMap(({ text, lit }) => [lit ? h("mark", { class: lit }, text) : text, " "]);
  return h("dl", {}, h("dt", {}, name), h("dd", { dir: "auto" }, stretches.length ? words : h("mark", { class: "gone" }, "(left out)")));
}

const boxOf = (asked) => `sign-${asked.id.replace(":", "-")}`;

const sent = new Set(); // what is being signed or marked: a key that is pressed twice does so once

function once(line, send) {
  if (sent.has(line)) return Promise.resolve(null);
  sent.add(line);
  return send().finally(() => sent.delete(line));
}

function turn(quote, asked, signs) {
  const lines = signs ? [asked.line] : asked.signed;
  const base = quoteOf(quote.id)?.base;
  return Promise.all(lines.map((line) => once(line, () => decide({ do: signs ? "sign" : "unsign", target: quote.id, base, line }, `your signature under “${line}”`))));
}

function question(quote, asked, keys, marks) {
  const box = h("input", { type: "checkbox", id: boxOf(asked), checked: asked.signed.length > 0, "data-kind": asked.edits[0].kind, "data-tier": asked.tier, onchange: () => {
    if (box.checked && !isHeard(asked)) return void (box.checked = false);
    turn(quote, asked, box.checked).then(() => document.getElementById(box.id)?.focus());
  } });
  return h("div", { class: "consent" }, box,
    h("label", { for: box.id }, asked.tier === "wording" ? "The wording of this quote says the same" : "I have heard it, and stand by it as published"),
    h("span", { class: "row" },
      button(`Hear ${clock(asked.at)}`, keys ? "h" : null, () => hearQuestion(asked)),
      keys ? button("Sign", "a", () => agree()) : null,
      asked.marks && !asked.signed.length ? button("Mark as [...]", marks ? "i" : null, () => mark(quote, asked)) : null),
    h("div", { class: "both" }, side("said", asked.said), side("published", asked.published)),
    h("ul", { class: "why" }, asked.why.map((why) => h("li", {}, why))));
}

function mark(quote, asked) {
  return once(asked.line, () => decide({ do: "mark", target: quote.id, base: quoteOf(quote.id)?.base, line: asked.line }, "the mark [...]")).then((state) => {
    if (!state) return;
    announce("Marked as [...]");
    $(".card.current")?.focus({ preventScroll: true });
  });
}

/** Mark what was cut out unmarked, where the open quote's first such question asks about it. */
export function markCut() {
  const asked = openQuestions(draftOf(store.current).verdict).find(({ marks }) => marks);
  return asked ? mark(quoteOf(store.current), asked) : announce("Nothing was cut out of this quote unmarked");
}

export function questions(quote) {
  if (!quote.questions.length) return null;
  const left = openQuestions(quote);
  const first = left[0];
  const cut = left.find(({ marks }) => marks);
  return h("fieldset", { class: left.length ? null : "calm" },
    h("legend", {}, left.length ? `The guard asks ${left.length === 1 ? "one question" : `${left.length} questions`}` : "Signed"),
    [...left, ...quote.questions.filter((asked) => asked.signed.length)].map((asked) => question(quote, asked, asked === first, asked === cut)),
    quote.unlisted ? h("p", { class: "hint", dir: "auto" }, quote.unlisted) : null);
}

/** What the guard will ask about a candidate once it is kept, to hear before deciding. */
export function objections(verdict) {
  const left = openQuestions(verdict);
  return left.length ? h("ul", { class: "stops" }, left.map((asked) => h("li", { class: "row" },
    h("span", { dir: "auto" }, `${asked.edits.every(({ kind }) => kind === "suspect" || kind === "doubt") ? "doubtful, to be heard" : asked.why[0].split(":")[0]}: ${asked.names.join("; ")}`),
    button(`Hear ${clock(asked.at)}`, null, () => hearQuestion(asked), { class: "quiet" })))) : null;
}

/** Go to the next quote that the guard stopped, and to its first question. */
export function nextProblem() {
  const wrong = store.state.quotes.filter((quote) => !quote.proven);
  if (!wrong.length) return announce("Nothing stands in the way");
  const at = wrong.findIndex((quote) => quote.id === store.current);
  store.view = "ledger";
  open(wrong[(at + 1) % wrong.length].id);
  $(".current .consent input:not(:checked)")?.focus();
  return undefined;
}

const current = () => openQuestions(draftOf(store.current).verdict)[0];

/** Play the first question of the open quote, and go to its box. */
export function hear() {
  const asked = store.current && current();
  if (!asked) return playPassage();
  document.getElementById(boxOf(asked))?.focus();
  return hearQuestion(asked);
}

/** Whether a question may be signed: what touches the meaning is played first, and signed the next time. */
function isHeard(asked) {
  if (asked.tier !== "meaning" || heard.has(nameOf(asked))) return true;
  hearQuestion(asked);
  announce("Listen, and then sign it");
  return false;
}

/** Sign the first question, once it was heard. The next one is played. */
export function agree() {
  const asked = current();
  if (!asked) return announce("The guard asks nothing about this quote");
  document.getElementById(boxOf(asked))?.focus();
  if (!isHeard(asked)) return undefined;
  return turn(quoteOf(store.current), asked, true).then((states) => {
    if (!states.every(Boolean)) return;
    render();
    const next = current();
    announce(next ? "Signed. The next question is playing" : "Signed");
    if (next) hear();
    else $(".card.current")?.focus({ preventScroll: true });
  });
}
