// Publishing from the page: first the plan, then the release, each in the command's own lines.
import { $, announce, button, fill, h } from "./dom.js";
import { post, read } from "./api.js";
import { store } from "./store.js";

const EVERY = 500; // ms between looks at a run
const ENDED = { 3: "It waits for your review", 4: "Refused: as it stands this would hurt listeners" };
const ADDRESS = /(https?:\/\/\S+)/;

function title({ running, planned, code }) {
  if (running) return planned ? "Looking at what would change…" : "Publishing…";
  if (code === 0) return planned ? "This would change" : "Published";
  return ENDED[code] ?? "Not published";
}

const linked = (line) => line.split(ADDRESS).map((part) => (ADDRESS.test(part) ? h("a", { href: part, target: "_blank", rel: "noopener noreferrer" }, part) : part));

function show(run) {
  const box = $("#publish");
  const end = run.lines.length;
  $("h2", box).textContent = title(run);
  if (box.dataset.shown !== `${end}`) fill($(".log", box), run.lines.map((line) => h("div", {}, linked(line))));
  box.dataset.shown = `${end}`;
  const send = $("[data-do=send]", box);
  send.hidden = !run.planned;
  send.disabled = run.running || run.code !== 0;
  box.dataset.state = run.running ? "running" : "ended";
}

const failed = (error) => show({ running: false, planned: false, code: 1, lines: [error.message, error.hint ?? ""] });

async function watch(run) {
  show(run);
  while (run.running && $("#publish").open) {
    await new Promise((resolve) => setTimeout(resolve, EVERY));
    run = await read("/api/publish");
    show(run);
  }
  if (!run.running) announce(title(run), false);
}

const start = (send) => post("/api/publish", { send }).then(watch).catch(failed);

/** Show what publishing would change; a run that is under way is shown as it is. */
export async function openPublish() {
  const { review, stops } = store.state;
  if (review === "open" || stops.length) return announce("Publish: finish the review first (F)");
  $("#publish").showModal();
  const run = await read("/api/publish").catch(failed);
  if (!run) return undefined;
  return run.running ? watch(run).catch(failed) : start(false);
}

export const publishButton = () => button("Publish…", "R", openPublish, { class: "main" });

$("#publish [data-do=send]").addEventListener("click", () => start(true));
