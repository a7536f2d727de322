// The ledger: headings and quotes in the host's order, as they will be published.
import { $, announce, button, clock, fill, h, reconcile } from "./dom.js";
import { decide } from "./api.js";
import { quoteOf, render, store } from "./store.js";
import { draftOf } from "./passage.js";
import { verdictLine, words } from "./words.js";
import { wave } from "./wave.js";
import { ask, grip, headingRow, named, taking } from "./headings.js";
import { publishButton } from "./publish.js";
import { audiogramButton } from "./audiogram.js";
import { open, passageTools } from "./card.js";
import { questions } from "./questions.js";
import { elsewhere, toElsewhere } from "./worklist.js";

const under = (heading) => store.state.quotes.filter((quote) => quote.heading === heading);

export function move(id, heading, place) {
  const quote = quoteOf(id);
  const before = under(quote.heading).findIndex((other) => other.id === id) + 1;
  decide({ do: "move", target: id, base: quote.base, heading, ...(place === undefined ? {} : { place }) }, "the order").then((state) => {
    if (!state) return;
    const now = under(heading).findIndex((other) => other.id === id) + 1;
    announce(`Moved from ${named(quote.heading)}, ${before}, to ${named(heading)}, ${now}`);
    $(".card.current")?.focus({ preventScroll: true });
  });
}

/** One place up or down, into the neighbouring heading at either end. */
export function shift(id, step) {
  const quote = quoteOf(id);
  const list = under(quote.heading);
  const place = list.findIndex((other) => other.id === id) + step;
  if (place >= 0 && place < list.length) return move(id, quote.heading, place);
  const heading = store.state.headings[store.state.headings.indexOf(quote.heading) + step];
  if (heading === undefined) return announce(`It is the ${step < 0 ? "first" : "last"} quote already`);
  return move(id, heading, step > 0 ? 0 : under(heading).length);
}

export function remove(id) {
  const list = store.state.quotes.map((quote) => quote.id);
  const next = list[list.indexOf(id) + 1] ?? list[list.indexOf(id) - 1] ?? null;
  decide({ do: "remove", target: id, base: quoteOf(id).base }, "Rejected").then((state) => {
    if (!state) return;
    announce("Rejected");
    if (next) open(next);
  });
}

function set(quote, key, value) {
  decide({ do: "set", target: quote.id, base: quoteOf(quote.id)?.base, key, value }, `the ${key}`);
}

export const toggleSoundbite = (quote) => set(quote, "soundbite", !quote.soundbite);

export function renameHeadingOf(quote) {
  const row = [...document.querySelectorAll(".cards .heading")].find((found) => found.dataset.heading === quote.heading);
  $("[data-do=rename]", row)?.click();
}

export function toggleFinish() {
  const { review, stops } = store.state;
  if (review !== "open") return decide({ do: "reopen" }, "opening the review").then((state) => state && announce("The review is open again"));
  if (stops.length) return announce(`${stops.length} ${stops.length === 1 ? "quote stands" : "quotes stand"} in the way`);
  return decide({ do: "finish" }, "finishing the review").then((state) => {
    if (!state) return;
    store.view = "ledger";
    render();
    $("#finish").scrollIntoView({ block: "nearest" });
    announce("The review is finished");
  });
}

/** What the guest said of a quote, and what is open; the host settles a change that the guest wants. */
function guest(quote) {
  const line = store.state.guests[quote.id] ?? (quote.guest ? `${quote.id}: ${quote.guest}` : null);
  if (!line) return null;
  return h("p", { class: "row guest" }, h("span", { dir: "auto" }, line),
    quote.guest?.startsWith("asks") ? button("Settled", null, () => set(quote, "guest", null)) : null);
}

function text(quote, key, label, value, send) {
  const field = h("input", { type: "text", id: `${key}-${quote.id}`, maxlength: 2000, onchange: () => send(field.value) });
  field.value = value ?? "";
  return [h("label", { for: field.id }, label), field];
}

function footnotes(quote) {
  const called = [...quote.text.matchAll(/\[(\w{1,3})\]/g)].map((match) => match[1]).filter((mark) => /\d/.test(mark));
  const marks = [...new Set([...called, ...Object.keys(quote.footnotes)])];
  return marks.map((mark) => text(quote, `note-${mark}`, `Footnote ${mark}`, quote.footnotes[mark], (value) => {
    const notes = { ...(quoteOf(quote.id) ?? quote).footnotes, [mark]: value.trim() };
    if (!notes[mark]) delete notes[mark];
    set(quote, "footnotes", notes);
  }));
}

function headingChoice(quote) {
  const choice = h("select", { id: `under-${quote.id}`, onchange: () => {
    if (choice.value !== "") return move(quote.id, store.state.headings[Number(choice.value)]);
    return ask(choice, "New heading", "", (name) => move(quote.id, name));
  } }, store.state.headings.map((heading, number) => h("option", { value: number, selected: heading === quote.heading }, named(heading))), h("option", { value: "" }, "A new heading…"));
  return [h("label", { for: choice.id }, "Under"), choice];
}

/** What needs no signature of the host, and which models heard it by how much likelier than the transcript's words. */
function proofs(quote) {
  return quote.proofs.length ? h("ul", { class: "stops muted", "aria-label": "Proven" }, quote.proofs.map((line) => h("li", { dir: "auto" }, `proven: ${line}`))) : null;
}

/** Where else a mishearing is heard that this quote has mended. */
function again(quote) {
  const found = elsewhere(quote.start, quote.end);
  return found.length ? h("p", { class: "row" }, h("span", {}, `Mended here, and heard so in ${found.length === 1 ? "another place" : `${found.length} other places`}.`),
    button(found.length === 1 ? "Hear it" : "Hear them", "E", () => toElsewhere(found))) : null;
}

function openQuote(quote) {
  const draft = draftOf(quote.id);
  const soundbite = h("input", { type: "checkbox", checked: quote.soundbite, "aria-keyshortcuts": "b", onchange: () => set(quote, "soundbite", soundbite.checked) });
  return [
    words(draft),
    h("div", { class: "word-form" }),
    wave(draft),
    passageTools(draft),
    verdictLine(draft),
    guest(quote),
    questions(quote),
    proofs(quote),
    again(quote),
    h("div", { class: "fields" },
      headingChoice(quote),
      text(quote, "speaker", "Speaker", quote.speaker, (value) => set(quote, "speaker", value)),
      text(quote, "question", "Question", quote.question, (value) => set(quote, "question", value)),
      footnotes(quote)),
    h("div", { class: "row actions" },
      button("Up", "Alt+↑", () => shift(quote.id, -1)),
      button("Down", "Alt+↓", () => shift(quote.id, 1)),
      h("label", { class: "check" }, soundbite, "Soundbite"),
      quote.proven ? audiogramButton(quote.id) : null,
      button("Reject", "x", () => remove(quote.id))),
  ];
}

/** Put a quote that was dropped on another one in its place. */
function drop(id, quote) {
  const list = under(quote.heading).map((other) => other.id);
  const from = list.indexOf(id);
  const to = list.indexOf(quote.id);
  if (from !== to) move(id, quote.heading, from >= 0 && from < to ? to - 1 : to);
}

function card(quote, current) {
  const states = { "needs-consent": "needs your consent", ambiguous: "said more than once", "not-said": "not said", withdrawn: "withdrawn by the guest" };
  return h("li", { class: `card${current ? " current" : ""}`, tabindex: current ? -1 : null, "aria-current": current ? "true" : null, ...taking({ quote: (id) => drop(id, quote) }) },
  h("p", { class: "meta" },
    grip("quote", quote.id),
    h("span", { class: "num" }, clock(quote.start)),
    quote.speaker ? h("span", { dir: "auto" }, quote.speaker) : null,
    quote.soundbite ? h("span", {}, "soundbite") : null,
    store.state.guests[quote.id] || quote.guest ? h("span", { class: "state" }, quote.guest?.split(":")[0] ?? "guest: open") : null,
    quote.proven ? h("span", {}, quote.status === "consented" ? "signed or proven" : quote.status) : h("span", { class: "stopped" }, h("strong", {}, states[quote.status] ?? quote.status))),
  current ? openQuote(quote) : h("button", { type: "button", class: "brief", dir: "auto", onclick: () => open(quote.id) }, quote.text));
}

export function ledgerView(root) {
  if (root.dataset.shown !== "ledger") {
    root.replaceChildren(h("div", { id: "verdicts" }), h("ol", { class: "cards", "aria-label": "The ledger" }), h("div", { id: "finish", class: "empty" }));
    root.dataset.shown = "ledger";
  }
  const { headings, quotes } = store.state;
  const rows = headings.flatMap((heading, number) => [
    { key: `heading-${headings.indexOf(heading) === number ? heading : number}`, signature: JSON.stringify([number, headings.length, under(heading).length > 0]), build: () => headingRow(heading, (id) => move(id, heading, 0)) },
    ...under(heading).map((quote) => {
      const current = quote.id === store.current;
      const draft = current ? draftOf(quote.id) : null;
      return { key: quote.id, signature: JSON.stringify([quote, store.state.guests[quote.id], current, current && [store.wordMode, draft.version, draft.dirty, headings]]), build: () => card(quote, current) };
    }),
  ]);
  reconcile($(".cards", root), rows);
  $("#verdicts", root).replaceChildren(...(quotes.length ? [] : [h("div", { class: "empty" }, h("h2", {}, "No quotes yet"), h("p", {}, "Keep candidates, or choose words in the transcript and press n."))]));
  finish($("#finish", root));
}

function finish(box) {
  const { quotes, stops, review, undecided } = store.state;
  if (box.dataset.signature === JSON.stringify([stops, review, quotes.length, undecided.length])) return;
  box.dataset.signature = JSON.stringify([stops, review, quotes.length, undecided.length]);
  if (review !== "open") {
    fill(box, h("h2", {}, stops.length ? "Finished, but not publishable" : "Ready to publish"),
      h("p", {}, stops.length ? "Some quotes still need you:" : `${quotes.length === 1 ? "One quote is" : `${quotes.length} quotes are`} decided. You see what would change before anything is sent; in a terminal: `, stops.length ? null : h("code", {}, `pullquote publish ${document.body.dataset.slug}`)),
      stopList(stops), h("p", { class: "row" }, stops.length ? null : publishButton(), button("Open the review again", "F", toggleFinish)));
    return;
  }
  fill(box, h("h2", {}, stops.length ? `${stops.length} of ${quotes.length} quotes cannot be published yet` : "Every quote is proven"),
    stopList(stops),
    undecided.length ? h("p", { class: "muted" }, `${undecided.length} undecided: what is not kept is not published.`) : null,
    h("p", { class: "row" }, button("Finish the review", "F", toggleFinish, { class: "main", disabled: stops.length > 0 })));
}

export function stopList(stops) {
  const wrong = store.state.quotes.filter((quote) => !quote.proven);
  return stops.length ? h("ul", { class: "stops" }, wrong.map((quote) => h("li", {}, h("button", { type: "button", class: "link", onclick: () => {
    store.view = "ledger";
    open(quote.id);
  } }, `${named(quote.heading)}: “${quote.text.slice(0, 50)}…”`)))) : null;
}
