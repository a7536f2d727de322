// Starts the page, and keeps it in step with the files.
import { $, announce, button, h } from "./dom.js";
import { decide, onState, read, trouble, unsaved } from "./api.js";
import { candidateOf, quoteOf, render, store, takeEpisode } from "./store.js";
import { isWritten, reanchor, settle } from "./passage.js";
import { useSound } from "./player.js";
import { choiceInTime, readTranscript, rebuild } from "./transcript.js";
import { forgetOutlines } from "./wave.js";
import { open } from "./card.js";
import { candidates } from "./cards.js";
import "./views.js";
import { startKeys } from "./keys.js";

const EVERY = 1000; // ms between looks at the files

async function take(state, { own = false, pending = 0 } = {}) {
  if (!state || (own && pending)) return;
  const changed = state.generation !== store.episode.generation;
  store.state = state;
  useSound(state.sound);
  $("#undo").disabled = !state.undo;
  $("#undo").title = state.undo ?? "";
  $("#redo").disabled = !state.redo;
  $("#redo").title = state.redo ?? "";
  if (changed) {
    // A server that is gone shows when the next decision is saved; until then the words stay.
    const fresh = await Promise.all([read("/api/episode"), read("/api/paragraphs")]).catch(() => null);
    if (fresh) takeWords(...fresh);
  }
  settle();
  if (store.current && !quoteOf(store.current) && !candidateOf(store.current)) store.current = null;
  conflicts(state);
  tell(state.news);
  render();
}

/** Other words, voices, candidates or sound: what is being written stays. */
function takeWords(episode, paragraphs) {
  const chosenBefore = choiceInTime();
  const writing = Boolean($("#chosen-form form"));
  const before = takeEpisode(episode, (id) => id === store.current || isWritten(id));
  forgetOutlines();
  rebuild(paragraphs, writing ? chosenBefore : null);
  reanchor(before);
}

const MOST = 6; // lines in sight
let told = null; // number of the last line that was shown

/** Say what another command, an editor or a colleague changed. */
function tell(lines) {
  const last = lines.at(-1)?.[0] ?? 0;
  const fresh = told === null ? [] : lines.filter(([number]) => number > told);
  told = last;
  if (!fresh.length) return;
  const box = $("#news");
  const said = [...box.querySelectorAll("p")].map((shown) => shown.textContent).concat(fresh.map(([, line]) => line));
  const kept = [...new Set(said.reverse())].slice(0, MOST).reverse(); // each once, where it was said last
  box.replaceChildren(...kept.map((line) => h("p", {}, line)), button("Seen", null, () => (box.hidden = true, box.replaceChildren())));
  box.hidden = false;
}

function conflicts({ conflicts: found, problem }) {
  const box = $("#trouble");
  if (!found.length) {
    if (["conflict", "file"].includes(box.dataset.why)) box.hidden = true;
    if (problem) trouble("A file cannot be read", problem, "file");
    return;
  }
  const [first] = found;
  if (box.dataset.conflict === first.id && !box.hidden) return;
  trouble("This quote was changed in the file meanwhile", "Both versions are kept until you choose.", "conflict");
  box.dataset.conflict = first.id;
  const resolve = (use) => decide({ do: "resolve", target: first.id, value: use }, "the choice").then(() => {
    announce(use === "page" ? "As on this page" : "As in the file");
    open(first.target);
  });
  box.append(
    h("dl", { class: "both" }, h("dt", {}, "On this page"), h("dd", { dir: "auto" }, first.page), h("dt", {}, "In the file"), h("dd", { dir: "auto" }, first.file)),
    h("div", { class: "row" }, button("Use this page’s", null, () => resolve("page")), button("Use the file’s", null, () => resolve("file")), button("Decide later", null, () => (box.hidden = true))));
  box.focus();
}

let looking = false;
async function look() {
  if (looking || unsaved()) return;
  looking = true;
  try {
    const known = store.state;
    const state = await read(`/api/state?known=${known.revision}`);
    // What was decided meanwhile, and answered, is not in it.
    if (state && !unsaved() && store.state === known) await take(state);
  } catch {
    // a decision will say that the server is gone
  } finally {
    looking = false;
  }
}

async function start() {
  if (location.search) history.replaceState(null, "", "/");
  readTranscript();
  startKeys();
  const [episode, state] = await Promise.all([read("/api/episode"), read("/api/state")]);
  store.episode = episode;
  onState(take);
  await take(state);
  const first = candidates()[0];
  store.view = first ? "candidates" : "ledger";
  if (first) open(first.id);
  else render();
  document.body.dataset.ready = "yes";
  performance.mark("usable");
  setInterval(look, EVERY);
  addEventListener("focus", look);
}

start().catch((error) => trouble("The page did not start", error.message));
