// Talks to the server: reads, and decisions one after the other, each kept until it is answered.
import { $, h } from "./dom.js";

const token = $("meta[name=pullquote-token]").content;
const SLOW = 400; // ms after which "Saving…" is shown
const queue = [];
let sending = false;
let failed = false;
const listeners = [];

export function onState(listener) {
  listeners.push(listener);
}

export async function read(path) {
  const answer = await fetch(path, { credentials: "same-origin" });
  if (answer.status === 204) return null;
  if (!answer.ok) throw await problem(answer);
  return answer.json();
}

export async function post(path, value) {
  const answer = await fetch(path, {
    method: "POST",
    credentials: "same-origin",
    headers: { "Content-Type": "application/json", "X-Pullquote-Token": token },
    body: JSON.stringify(value),
  });
  if (!answer.ok) throw await problem(answer);
  return answer.json();
}

async function problem(answer) {
  let told = { error: `the server answered ${answer.status}` };
  if (answer.status === 403) told = { error: "this page belongs to an earlier start of the review", hint: "Open the address that pullquote review printed last." };
  try {
    told = await answer.json();
  } catch {
    // not ours: the status says enough
  }
  // 503: the server was stopped in the middle of its work, as if it had not answered.
  return Object.assign(new Error(told.error), { hint: told.hint ?? "", told: answer.status !== 503 });
}

/** Send a decision. `describe` names it if it cannot be saved. */
export function decide(command, describe) {
  const earlier = queue.findLast((entry) => entry.command.target && entry.command.target === command.target);
  const full = { id: crypto.randomUUID(), ...command };
  if (earlier && full.base !== undefined) {
    delete full.base;
    full.after = earlier.command.id;
  }
  return new Promise((resolve) => {
    queue.push({ command: full, describe, resolve });
    unsettled();
    run();
  });
}

let writing = () => 0; // texts that are still being edited

export function alsoCount(count) {
  writing = count;
}

let unsent = () => 0; // texts that no decision was made on

export function alsoWarn(count) {
  unsent = count;
}

export function unsaved() {
  return queue.length + writing();
}

/** The page no longer says that everything is saved. */
export function unsettled() {
  if ($("#saved").textContent === "Saved") $("#saved").textContent = "";
}

/** Say "Saved" once everything is. */
export function settled() {
  if (unsaved()) return;
  $("#saved").textContent = "Saved";
  if ($("#trouble").dataset.why === "offline") calm();
}

async function run() {
  if (sending) return;
  sending = true;
  const slow = setTimeout(() => ($("#saved").textContent = "Saving…"), SLOW);
  while (queue.length) {
    const { command, resolve } = queue[0];
    try {
      const state = await post("/api/do", command);
      queue.shift();
      failed = false;
      listeners.forEach((listener) => listener(state, { own: true, pending: queue.length }));
      resolve(state);
    } catch (error) {
      if (!error.told) {
        offline();
        failed = true;
        break;
      }
      queue.shift();
      trouble("Not done", `${error.message}. ${error.hint}`);
      resolve(null);
      const state = await read("/api/state").catch(() => null);
      if (state) listeners.forEach((listener) => listener(state, { own: true, pending: queue.length }));
    }
  }
  clearTimeout(slow);
  sending = false;
  settled();
}

function offline() {
  const count = queue.length;
  $("#saved").textContent = "Not saved";
  trouble(
    `${count} ${count === 1 ? "decision is" : "decisions are"} not saved: the review server does not answer`,
    `${queue.map((entry) => entry.describe).join("; ")}. Start it again (pullquote review); this page keeps them and tries again.`,
    "offline",
  );
}

setInterval(() => failed && run(), 1500);

export function trouble(title, text, why = "") {
  const box = $("#trouble");
  box.replaceChildren(h("strong", {}, title), h("p", {}, text));
  if (!why) box.append(h("button", { type: "button", onclick: calm }, "Close"));
  box.dataset.why = why;
  box.hidden = false;
  box.setAttribute("role", "alert");
}

export function calm() {
  $("#trouble").hidden = true;
}

addEventListener("beforeunload", (event) => {
  if (unsaved() || unsent()) event.preventDefault();
});
