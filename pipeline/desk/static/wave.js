// The outline of a passage with its two edges: sliders for keys, handles for the pointer.
import { h } from "./dom.js";
import { onTime } from "./player.js";
import { endOf, startOf, store, wordAt } from "./store.js";
import { describeEdge, hearEdge, moveEdge } from "./passage.js";
import { boundary } from "./transcript.js";

const AROUND = 6; // seconds shown before and after
const WIDEST = 240; // seconds: beyond it the outline says nothing
const AGAIN = 1000; // ms: the outline of a new recording is being made
const PEAKS = 50; // pairs a second, as the server cuts them
const windows = new Map(); // id to the stretch that its outline shows
const outlines = new Map();
let head = null;

function windowOf(draft) {
  const [start, end] = [startOf(draft.first), endOf(draft.last - 1)];
  const known = windows.get(draft.id);
  if (known && start >= known[0] + 1 && end <= known[1] - 1 && end - start > (known[1] - known[0]) / 4) return known;
  const found = [Math.max(0, start - AROUND), end + AROUND];
  windows.set(draft.id, found);
  return found;
}

/** Draw another recording, or other words, from now on. */
export function forgetOutlines() {
  windows.clear();
  outlines.clear();
}

export function wave(draft) {
  const box = h("div", { class: "wave" });
  const [from, to] = windowOf(draft);
  const ordered = to > from && to - from < WIDEST;
  const percent = (seconds) => `${Math.max(0, Math.min(100, ((seconds - from) / (to - from)) * 100))}%`;
  if (ordered) {
    const canvas = h("canvas", { "aria-hidden": "true" });
    const line = h("div", { class: "head", hidden: true });
    box.append(canvas, line);
    head = { line, from, to, box };
    outline(from, to, box).then((pairs) => paint(canvas, pairs, draft, from, to));
  }
  for (const edge of ["start", "end"]) {
    const at = edge === "start" ? startOf(draft.first) : endOf(draft.last - 1);
    const handle = h("div", {
      class: "handle", role: "slider", tabindex: 0, "data-edge": edge,
      "aria-label": edge === "start" ? "Where the quote starts" : "Where the quote ends",
      "aria-valuemin": 0, "aria-valuemax": store.episode.starts.length,
      "aria-valuenow": edge === "start" ? draft.first : draft.last,
      "aria-valuetext": describeEdge(draft, edge),
      onkeydown: (event) => edgeKey(event, draft, edge),
      onfocus: () => (draft.edge = edge),
      onpointerdown: (event) => ordered && drag(event, draft, edge, box, from, to),
    });
    handle.style.left = ordered ? percent(at) : edge === "start" ? "4%" : "96%";
    box.append(handle);
  }
  return box;
}

async function outline(from, to, box) {
  const key = `${from}-${to}`;
  if (!outlines.has(key)) {
    const answer = await fetch(`/peaks?start=${from.toFixed(3)}&end=${to.toFixed(3)}`).catch(() => null);
    const pairs = new Int8Array(answer?.ok ? await answer.arrayBuffer() : 0);
    if (!pairs.length) {
      await new Promise((resolve) => setTimeout(resolve, AGAIN));
      return box.isConnected ? outline(from, to, box) : pairs;
    }
    outlines.set(key, pairs);
  }
  return outlines.get(key);
}

function paint(canvas, pairs, draft, from, to) {
  if (!canvas.isConnected) return;
  const scale = Math.min(2, devicePixelRatio);
  const { width, height } = canvas.getBoundingClientRect();
  canvas.width = width * scale;
  canvas.height = height * scale;
  const style = getComputedStyle(document.documentElement);
  const ink = canvas.getContext("2d");
  ink.scale(scale, scale);
  const [start, end] = [startOf(draft.first), endOf(draft.last - 1)];
  const count = pairs.length / 2;
  ink.fillStyle = style.getPropertyValue("--tint");
  ink.fillRect(((start - from) / (to - from)) * width, 0, ((end - start) / (to - from)) * width, height);
  let loudest = 20;
  for (const value of pairs) loudest = Math.max(loudest, Math.abs(value));
  for (let x = 0; x < width; x += 2) {
    const first = Math.floor(((x / width) * (to - from) * PEAKS));
    const last = Math.min(count, Math.max(first + 1, Math.floor((((x + 2) / width) * (to - from) * PEAKS))));
    let [low, high] = [0, 0];
    for (let index = first; index < last; index += 1) {
      low = Math.min(low, pairs[2 * index]);
      high = Math.max(high, pairs[2 * index + 1]);
    }
    const at = from + (x / width) * (to - from);
    ink.fillStyle = style.getPropertyValue(at >= start && at <= end ? "--accent" : "--line");
    const middle = height / 2;
    const tall = (high - low) / (2 * loudest) * (height - 8);
    ink.fillRect(x, middle - Math.max(0.5, tall / 2), 1.4, Math.max(1, tall));
  }
}

function refocus(edge) {
  document.querySelector(`.current .handle[data-edge=${edge}]`)?.focus();
}

function edgeKey(event, draft, edge) {
  const now = edge === "start" ? draft.first : draft.last;
  const sentence = (step) => boundary(now, step);
  const keys = { ArrowLeft: () => now - 1, ArrowDown: () => now - 1, ArrowRight: () => now + 1, ArrowUp: () => now + 1, PageUp: () => sentence(-1), PageDown: () => sentence(1), Home: () => (edge === "start" ? sentence(-1) : draft.first + 1), End: () => (edge === "start" ? draft.last - 1 : sentence(1)) };
  if (!(event.key in keys) || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  event.stopPropagation();
  moveEdge(draft, edge, keys[event.key]());
  refocus(edge);
  hearEdge(draft, edge);
}

function drag(event, draft, edge, box, from, to) {
  event.preventDefault();
  const frame = box.getBoundingClientRect();
  const move = (moved) => {
    const seconds = from + ((moved.clientX - frame.left) / frame.width) * (to - from);
    const word = wordAt(Math.max(0, seconds) + (edge === "start" ? 0.1 : -0.1)) + (edge === "start" ? 0 : 1);
    if (word !== (edge === "start" ? draft.first : draft.last)) moveEdge(draft, edge, word);
  };
  const end = () => {
    removeEventListener("pointermove", move);
    removeEventListener("pointerup", end);
    refocus(edge);
    hearEdge(draft, edge);
  };
  addEventListener("pointermove", move);
  addEventListener("pointerup", end);
}

onTime((seconds) => {
  if (!head) return;
  const inside = seconds !== null && seconds >= head.from && seconds <= head.to;
  head.line.hidden = !inside;
  if (inside) head.line.style.transform = `translateX(${((seconds - head.from) / (head.to - head.from)) * head.box.clientWidth}px)`;
});
