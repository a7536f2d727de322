// The headings of the ledger: their names and their order, by drag, by button and by key.
import { announce, button, h, inlineForm } from "./dom.js";
import { decide } from "./api.js";
import { store } from "./store.js";

const carried = { heading: null, quote: null }; // what is being dragged

/** What a heading is called, also where the host gave none. */
export const named = (heading) => heading || "(no heading)";

const count = (heading) => store.state.quotes.filter((quote) => quote.heading === heading).length;

export function moveHeading(heading, place) {
  const before = store.state.headings.indexOf(heading);
  if (before < 0 || place === before) return;
  if (place < 0 || place >= store.state.headings.length) {
    announce(`${named(heading)} is the ${place < 0 ? "first" : "last"} heading already`);
    return;
  }
  decide({ do: "move-heading", heading, place }, `the place of the heading “${named(heading)}”`).then((state) => {
    if (!state) return;
    announce(`The heading ${named(heading)} moved from ${before + 1} to ${place + 1} of ${state.headings.length}`);
  });
}

export const shiftHeading = (heading, step) => moveHeading(heading, store.state.headings.indexOf(heading) + step);

/** A line to write in, instead of an element. */
export function ask(element, label, value, done) {
  const field = h("input", { type: "text", maxlength: 300, "aria-label": label });
  field.value = value;
  const form = inlineForm([field, h("button", { class: "main" }, "Save")], () => field.value.trim() && done(field.value.trim()), () => {
    form.replaceWith(element);
    element.focus();
  });
  element.replaceWith(form);
  field.focus();
  field.select();
}

/** What a row is dragged by: a "heading", or a "quote" by its id. */
export function grip(kind, what) {
  return h("span", { class: "grip", draggable: "true", title: "Drag to another place", "aria-hidden": "true", ondragstart: (event) => {
    carried[kind] = what;
    event.dataTransfer.setData("text/plain", what);
    event.dataTransfer.setDragImage(event.target.closest("li"), 0, 0);
  }, ondragend: () => (carried[kind] = null) }, "⠿");
}

/** Attributes of a row on which others may be dropped; `take` says of each kind what becomes of it. */
export function taking(take) {
  const coming = () => Object.keys(take).find((kind) => carried[kind] !== null);
  const over = ({ currentTarget }, on) => currentTarget.classList.toggle("over", on);
  return {
    ondragover: (event) => {
      if (!coming()) return;
      event.preventDefault();
      over(event, true);
    },
    ondragleave: (event) => over(event, false),
    ondrop: (event) => {
      event.preventDefault();
      over(event, false);
      const kind = coming();
      if (kind) take[kind](carried[kind]);
      Object.assign(carried, { heading: null, quote: null });
    },
  };
}

/** A heading's row; `take` is given the id of a quote that is dropped on it. */
export function headingRow(heading, take) {
  const { headings } = store.state;
  const place = headings.indexOf(heading);
  const row = h("li", { class: "heading", "data-heading": heading, ...taking({ heading: (other) => moveHeading(other, store.state.headings.indexOf(heading)), quote: take }) });
  const rename = button(heading ? "Rename" : "Give it a heading", null, () => ask(rename, "Heading", heading, (name) => decide({ do: "rename", heading, text: name }, "the heading")), { "aria-label": `Rename ${named(heading)}`, "data-do": "rename" });
  const arrow = (label, step, sign) => button(sign, null, () => shiftHeading(heading, step), { "aria-label": `Move the heading ${named(heading)} ${label}`, title: `Move ${label} (Alt+Shift+${sign})`, class: "quiet", "data-do": label, disabled: place + step < 0 || place + step >= headings.length });
  row.append(
    grip("heading", heading),
    h("h2", { dir: "auto", class: heading ? null : "muted" }, named(heading)),
    h("span", { class: "row tight" },
      headings.length > 1 ? [arrow("up", -1, "↑"), arrow("down", 1, "↓")] : [],
      rename,
      count(heading) ? [] : button("Take out", null, () => decide({ do: "remove-heading", heading }, "the heading"), { "aria-label": `Take out ${named(heading)}`, class: "quiet" })));
  rename.classList.add("quiet");
  return row;
}
