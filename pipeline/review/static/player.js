// Sound: passages through Web Audio, scheduled on its own clock; the whole recording by <audio>.
import { $ } from "./dom.js";

const sound = document.body.dataset.sound === "yes";
let context = null;
let playing = null; // { nodes, parts: [{ at, start, end }], until }
const cache = new Map();
const KEPT = 24; // passages in memory: half a minute of speech is 1.4 MB
const watchers = [];

export function onTime(watcher) {
  watchers.push(watcher);
}

export function isPlaying() {
  return playing !== null;
}

export function stop() {
  if (!playing) return;
  playing.nodes.forEach((node) => node.stop());
  playing = null;
  tell(null);
}

export function pauseAll() {
  stop();
  $("#audio")?.pause();
}

async function load(start, end) {
  const key = `${start.toFixed(3)}-${end.toFixed(3)}`;
  if (!cache.has(key)) {
    const wanted = fetch(`/pcm?start=${start.toFixed(3)}&end=${end.toFixed(3)}`)
      .then((answer) => {
        if (!answer.ok) throw new Error(`no sound: ${answer.status}`);
        return answer.arrayBuffer();
      })
      .then((bytes) => context.decodeAudioData(bytes));
    wanted.catch(() => cache.delete(key));
    cache.set(key, wanted);
    if (cache.size > KEPT) cache.delete(cache.keys().next().value);
  }
  return cache.get(key);
}

const painted = () => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));

/** Play stretches [[start, end], …] one after the other without a gap. */
export async function play(stretches) {
  pauseAll();
  if (!sound || !stretches.length) return;
  const mine = { nodes: [], parts: [], until: 0 };
  playing = mine;
  if (!context) {
    await painted(); // to open the sound takes a tenth of a second: what the key did is shown first
    context ??= new AudioContext();
  }
  await context.resume();
  const buffers = await Promise.all(stretches.map(([start, end]) => load(Math.max(0, start), end))).catch(() => []);
  if (playing !== mine) return;
  let at = context.currentTime + 0.03;
  buffers.forEach((buffer, index) => {
    const node = new AudioBufferSourceNode(context, { buffer });
    node.connect(context.destination);
    node.start(at);
    mine.nodes.push(node);
    mine.parts.push({ at, start: Math.max(0, stretches[index][0]), end: stretches[index][1] });
    at += buffer.duration;
  });
  mine.until = at;
  requestAnimationFrame(frame);
}

function frame() {
  if (!playing) return;
  const now = context.currentTime - (context.outputLatency || 0);
  if (now >= playing.until) {
    playing = null;
    tell(null);
    return;
  }
  const part = playing.parts.findLast((candidate) => candidate.at <= now);
  if (part) tell(part.start + (now - part.at));
  requestAnimationFrame(frame);
}

function tell(seconds) {
  watchers.forEach((watcher) => watcher(seconds));
}

export function listenFrom(seconds) {
  const audio = $("#audio");
  if (!audio) return;
  stop();
  audio.currentTime = seconds;
  audio.play().catch(() => {});
}

/** Go on with the whole recording where it stopped, or pause it. */
export function toggleRecording() {
  if (!audio) return;
  stop();
  if (audio.paused) audio.play().catch(() => {});
  else audio.pause();
}

const audio = $("#audio");
if (audio) {
  const run = () => {
    if (audio.paused || playing) return;
    tell(audio.currentTime);
    requestAnimationFrame(run);
  };
  for (const name of ["play", "seeked", "ratechange"]) audio.addEventListener(name, run);
  audio.addEventListener("play", () => playing && stop());
  audio.addEventListener("pause", () => !playing && tell(null));
}
