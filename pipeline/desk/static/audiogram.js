// An audiogram of the open quote: its shape, how far it is, and the film to look at and to keep.
import { $, announce, button, clock, fill, h } from "./dom.js";
import { post, read } from "./api.js";
import { quoteOf } from "./store.js";

const EVERY = 500; // ms between looks; the server stops what nobody looks at
const SHAPES = { square: "Square, for feeds", portrait: "Portrait, for phones", landscape: "Landscape, for players and slides" };
const KEEP = { mp4: "Film", jpg: "Picture", srt: "Captions (SRT)", vtt: "Captions (WebVTT)" };

let quote = null; // the id of the quote that the dialog is about
let watching = 0; // number of the watch that goes on

const box = () => $("#audiogram");
const shape = () => $("select", box()).value;

/** What of the server's state is about what the dialog shows. */
const ours = (state) => state.quote === quote && state.shape === shape();

function film(names) {
  const [name, picture] = names;
  return [h("video", { controls: true, playsinline: true, preload: "metadata", src: `/audiogram/${name}`, poster: `/audiogram/${picture}` }),
    h("p", { class: "row" }, "Save:", names.map((each) => h("a", { class: "keep", href: `/audiogram/${each}?save`, download: each }, KEEP[each.split(".").pop()])))];
}

function show(state) {
  const own = ours(state);
  const made = own && state.files;
  const bar = $("progress", box());
  bar.hidden = !state.running;
  if (state.total) bar.value = state.done / state.total;
  else bar.removeAttribute("value");
  const said = state.running ? (own ? "" : "Another one is being made: ") + (state.total ? `${clock(state.done)} of ${clock(state.total)}` : "Drawing…")
    : own && state.error ? [state.error, state.hint].filter(Boolean).join(": ") : made ? "Made" : "";
  if ($(".said", box()).textContent !== said) $(".said", box()).textContent = said;
  $("[data-do=make]", box()).hidden = state.running || Boolean(made);
  $("[data-do=stop]", box()).hidden = !state.running;
  const shown = made ? made[0] : "";
  if (box().dataset.shown === shown) return;
  box().dataset.shown = shown;
  fill($(".film", box()), ...(made ? film(made) : []));
}

const failed = (error) => show({ quote, shape: shape(), running: false, error: error.message, hint: error.hint ?? "" });

async function watch(state) {
  watching += 1;
  const own = watching;
  show(state);
  while (state.running && box().open && own === watching) {
    await new Promise((resolve) => setTimeout(resolve, EVERY));
    state = await read("/api/audiogram");
    if (own === watching) show(state);
  }
  if (!state.running && box().open && own === watching && state.files) announce("The audiogram is made", false);
}

const ask = (value) => post("/api/audiogram", value).then(watch).catch(failed);

/** Open the dialog about a kept quote; what is being made already is shown as it is. */
export function openAudiogram(id) {
  if (!quoteOf(id).proven) return announce("An audiogram is made of a proven quote: answer what is asked first (v)");
  quote = id;
  box().dataset.shown = "-";
  $("blockquote", box()).textContent = quoteOf(id).text;
  box().showModal();
  return read("/api/audiogram").then(watch).catch(failed);
}

export const audiogramButton = (id) => button("Audiogram…", "A", () => openAudiogram(id));

$("select", box()).append(...Object.entries(SHAPES).map(([value, label]) => h("option", { value }, label)));
$("select", box()).addEventListener("change", () => read("/api/audiogram").then(watch).catch(failed));
$("[data-do=make]", box()).addEventListener("click", () => ask({ quote, shape: shape() }));
$("[data-do=stop]", box()).addEventListener("click", () => ask({}));
