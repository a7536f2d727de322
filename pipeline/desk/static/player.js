// Sound: passages through Web Audio, scheduled on its own clock; the whole recording by <audio>.
import { $, announce, recall, remember } from "./dom.js";

let sound = ""; // which recording it is; none where there is none
const BACK = 1.5; // seconds heard again after a pause
export const SPEEDS = [0.75, 1, 1.25, 1.5, 1.75, 2];
let speed = SPEEDS.find((one) => String(one) === recall("speed")) ?? 1;
let context = null;
let playing = null; // { stretches, nodes, parts: [{ at, start, end }], until }
let rest = null; // the stretches that were paused, and where
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

/** Pause what plays; `play` with `on` then goes on a little before. */
export function pause() {
  const at = playing?.parts.length ? heardAt() : null;
  if (at !== null) rest = { stretches: playing.stretches, at };
  pauseAll();
}

/** What is left of stretches from a moment on. */
function from(stretches, at) {
  const first = stretches.findIndex(([start, end]) => at >= start && at <= end);
  return first < 0 ? stretches : [[at, stretches[first][1]], ...stretches.slice(first + 1)];
}

function left(stretches) {
  if (JSON.stringify(rest?.stretches) !== JSON.stringify(stretches)) return stretches;
  const inside = stretches.find(([start, end]) => rest.at >= start && rest.at <= end);
  return inside ? from(stretches, Math.max(inside[0], rest.at - BACK)) : stretches;
}

async function load(start, end) {
  const key = `start=${start.toFixed(3)}&end=${end.toFixed(3)}&speed=${speed}`;
  if (!cache.has(key)) {
    const wanted = fetch(`/pcm?${key}`)
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

/** Play stretches [[start, end], …] one after the other without a gap; with `on`, from where they were paused. */
export async function play(wanted, on = false) {
  pauseAll();
  if (!sound) {
    announce("The recording is not here");
    return;
  }
  if (!wanted.length) return;
  const stretches = on ? left(wanted) : wanted;
  rest = null;
  const mine = { stretches: wanted, speed, nodes: [], parts: [], until: 0 };
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

const now = () => context.currentTime - (context.outputLatency || 0);

/** The second of the recording that is heard; null before the first. */
function heardAt() {
  const part = playing.parts.findLast((candidate) => candidate.at <= now());
  return part ? Math.min(part.end, part.start + (now() - part.at) * playing.speed) : null;
}

function frame() {
  if (!playing) return;
  if (now() >= playing.until) {
    playing = null;
    tell(null);
    return;
  }
  const at = heardAt();
  if (at !== null) tell(at);
  requestAnimationFrame(frame);
}

function tell(seconds) {
  watchers.forEach((watcher) => watcher(seconds));
}

let began = null; // second from which the recording was started last

export function listenFrom(seconds) {
  if (!sound) return;
  stop();
  began = seconds;
  audio.currentTime = seconds;
  audio.play().catch(() => {});
}

/** Pause the whole recording; else play it from `seconds`, or go on where it was started from there. */
export function toggleRecording(seconds = began) {
  if (!sound) {
    announce("The recording is not here");
    return;
  }
  stop();
  if (!audio.paused) audio.pause();
  else if (seconds !== began) listenFrom(seconds);
  else audio.play().catch(() => {});
}

const audio = $("#audio");
const run = () => {
  if (audio.paused || playing) return;
  tell(audio.currentTime);
  requestAnimationFrame(run);
};
for (const name of ["play", "seeked", "ratechange"]) audio.addEventListener(name, run);
audio.addEventListener("play", () => playing && stop());
audio.addEventListener("pause", () => {
  if (!audio.ended) audio.currentTime = Math.max(0, audio.currentTime - BACK);
  if (!playing) tell(null);
});
audio.addEventListener("ratechange", () => setSpeed(audio.playbackRate));
audio.playbackRate = speed;
audio.defaultPlaybackRate = speed;
const choice = $("#speed");
choice.replaceChildren(...SPEEDS.map((one) => new Option(`${one}×`, one)));
choice.value = String(speed);
choice.addEventListener("change", () => setSpeed(Number(choice.value)));

/** Play another recording from now on: nothing of the old one is kept. */
export function useSound(name) {
  if (name === sound) return;
  pauseAll();
  cache.clear();
  rest = null;
  began = null;
  sound = name;
  $(".listen").hidden = !name;
  if (name) audio.src = `/audio?of=${name}`;
  else audio.removeAttribute("src");
}

function setSpeed(wanted) {
  if (wanted === speed || !SPEEDS.includes(wanted)) return;
  speed = wanted;
  remember("speed", speed);
  $("#speed").value = String(speed);
  audio.playbackRate = speed;
  audio.defaultPlaybackRate = speed;
  announce(`Speed ${speed}×`);
  if (!playing) return;
  const at = playing.parts.length ? heardAt() : null;
  play(at === null ? playing.stretches : from(playing.stretches, at));
}

/** Slower or faster by one step. */
export function stepSpeed(step) {
  const wanted = SPEEDS[SPEEDS.indexOf(speed) + step];
  if (!sound) announce("The recording is not here");
  else if (wanted === undefined) announce(`Speed ${speed}×: there is no ${step < 0 ? "slower" : "faster"}`);
  else setSpeed(wanted);
}
