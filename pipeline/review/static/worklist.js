// Words worth hearing again, and the three ways to mend a transcript.
import { button, clock, fill, h } from "./dom.js";
import { decide } from "./api.js";
import { endOf, startOf, store } from "./store.js";
import { play } from "./player.js";
import { choose, show, speakerOf, textOf } from "./transcript.js";
import { render } from "./main.js";

const PAGE = 25;
let shown = PAGE;

export function suspectsView(root) {
  const { suspects, correctable } = store.episode;
  const signature = JSON.stringify([store.episode.generation, shown]);
  if (root.dataset.shown === "suspects" && root.dataset.signature === signature) return;
  root.dataset.shown = "suspects";
  root.dataset.signature = signature;
  fill(root, h("h2", {}, "Worth hearing again"),
    h("p", { class: "muted" }, suspects.length ? "What the recogniser itself doubts, the most doubtful first. A quote over such words waits until you have heard them." : "The recogniser doubts nothing here."),
    correctable ? null : h("p", { class: "stopped" }, h("strong", {}, "Corrections need "), "build/transcript.raw.json, which is not here."),
    h("ol", { class: "cards" }, suspects.slice(0, shown).map((suspect) => row(suspect, correctable))),
    suspects.length > shown ? button(`Show more (${suspects.length - shown})`, null, () => {
      shown += PAGE;
      render();
    }) : null);
}

function row(suspect, correctable) {
  const place = h("div", {});
  return h("li", { class: "card" },
    h("p", { class: "meta" }, h("span", { class: "num" }, clock(suspect.start)), h("span", {}, suspect.why.join(", "))),
    h("p", { class: "quote", dir: "auto" }, suspect.text),
    h("div", { class: "row" },
      button("Play", null, () => play([[Math.max(0, suspect.start - 1.5), suspect.end + 1.5]])),
      button("In transcript", null, () => {
        choose(suspect.first, suspect.last - 1);
        show(suspect.first);
      }),
      correctable ? button("Correct", null, () => correctionForm(place, suspect.first, suspect.last), { "aria-label": `Correct “${suspect.text}”` }) : null),
    place);
}

export function correctionForm(place, first, last) {
  const said = textOf(first, last);
  const field = h("input", { type: "text", maxlength: 2000, "aria-label": `What was said instead of “${said}”` });
  field.value = said;
  const everywhere = h("input", { type: "checkbox" });
  const form = h("form", { class: "inline", onsubmit: (event) => {
    event.preventDefault();
    form.remove();
    decide({ do: everywhere.checked ? "term" : "correct", words: [first, last], text: field.value }, `the correction “${field.value}”`);
  }, onkeydown: (event) => event.key === "Escape" && (event.stopPropagation(), form.remove()) },
  field, h("label", { class: "check" }, everywhere, "In every episode (glossary)"), h("button", { class: "main" }, "Correct"),
  button("Hear it", null, () => play([[Math.max(0, startOf(first) - 1), endOf(last - 1) + 1]])));
  place.replaceChildren(form);
  field.focus();
  field.select();
}

export function speakerForm(place, word) {
  const field = h("input", { type: "text", maxlength: 200, list: "speakers", "aria-label": `Who speaks from ${clock(startOf(word))} on` });
  field.value = speakerOf(word) ?? "";
  const form = h("form", { class: "inline", onsubmit: (event) => {
    event.preventDefault();
    form.remove();
    if (field.value.trim()) decide({ do: "speaker", at: startOf(word), speaker: field.value.trim() }, `the speaker ${field.value}`);
  } }, field, h("datalist", { id: "speakers" }, store.episode.speakers.map((name) => h("option", { value: name }))), h("button", { class: "main" }, `Speaks from ${clock(startOf(word))} on`));
  place.replaceChildren(form);
  field.focus();
  field.select();
}
