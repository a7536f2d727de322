"use strict";
const player = (() => {
const BACK = 15;
const ON = 30;
const WORTH = 15;
const players = [...document.querySelectorAll("[data-player]")].map(makePlayer);
const bare = players.length ? null : document.querySelector("audio");
const main = players[0] ?? (bare && makePlayer(bare.parentElement));
let sounding = main;
let keyed = recall("keys") !== "off";
function recall(name) {
try { return localStorage.getItem(`pullquote:${name}`); } catch { return null; }
}
function remember(name, value) {
try {
if (value === null) localStorage.removeItem(`pullquote:${name}`);
else localStorage.setItem(`pullquote:${name}`, value);
} catch {  }
}
function clock(seconds) {
const whole = Math.max(0, Math.floor(seconds));
const two = (number) => String(number).padStart(2, "0");
const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
return `${hours ? `${hours}:${two(minutes)}` : minutes}:${two(whole % 60)}`;
}
const tabs = "BroadcastChannel" in window ? new BroadcastChannel("pullquote") : null;
if (tabs) tabs.onmessage = () => sounding?.audio.pause();
function heard(sound) {
if (sounding && sounding !== sound) sounding.audio.pause();
sounding = sound;
tabs?.postMessage("playing");
announce(sound);
}
function announce({ audio, about, seek, skip, play }) {
if (!("mediaSession" in navigator)) return;
const { title, by, show, cover } = about;
const artwork = cover ? [{ src: new URL(cover, location.href).href }] : [];
navigator.mediaSession.metadata = new MediaMetadata({ title, artist: by, album: show, artwork });
const actions = {
play: () => play(),
pause: () => audio.pause(),
seekbackward: (wish) => skip(-(wish.seekOffset || BACK)),
seekforward: (wish) => skip(wish.seekOffset || ON),
seekto: (wish) => seek(wish.seekTime),
};
for (const [name, act] of Object.entries(actions)) {
try { navigator.mediaSession.setActionHandler(name, act); } catch {  }
}
}
function tellPosition({ audio }) {
const { duration, currentTime: position, playbackRate } = audio;
if (!Number.isFinite(duration) || position > duration) return;
navigator.mediaSession?.setPositionState?.({ duration, position, playbackRate });
}
function makeSound(audio, about, show, tell) {
let wanted = null;
let until = Infinity;
const sound = {
audio,
about,
get position() { return wanted ?? audio.currentTime; },
get length() { return Number.isFinite(audio.duration) ? audio.duration : about.duration; },
seek(seconds, end = Infinity) {
const there = Math.max(0, Math.min(seconds, sound.length || Infinity));
until = end;
audio.currentTime = there;
const early = audio.readyState === HTMLMediaElement.HAVE_NOTHING;
wanted = early ? there : null;
if (early) audio.preload = "metadata";
show();
},
skip(seconds) { sound.seek(sound.position + seconds); },
play(seconds, end) {
tell(null);
if (audio.error) {
wanted = sound.position;
audio.load();
}
if (seconds !== undefined) sound.seek(seconds, end);
audio.play().catch((refused) => { if (refused.name === "NotAllowedError") tell("press"); });
},
toggle() {
if (audio.paused) sound.play();
else audio.pause();
},
};
audio.addEventListener("loadedmetadata", () => {
if (wanted !== null) audio.currentTime = wanted;
wanted = null;
show();
});
audio.addEventListener("timeupdate", () => {
if (audio.currentTime < until) return;
until = Infinity;
audio.pause();
});
audio.addEventListener("play", () => heard(sound));
for (const name of ["play", "pause", "timeupdate", "seeked", "ended", "durationchange"]) {
audio.addEventListener(name, show);
}
for (const name of ["play", "seeked", "ratechange", "durationchange"]) {
audio.addEventListener(name, () => { if (sounding === sound) tellPosition(sound); });
}
function stop(trouble) {
tell(trouble);
audio.pause();
}
audio.addEventListener("waiting", () => {
const begun = audio.readyState !== HTMLMediaElement.HAVE_NOTHING;
if (begun && !navigator.onLine) stop("offline");
});
audio.addEventListener("playing", () => tell(null));
audio.addEventListener("error", () => {
const cut = audio.error.code === MediaError.MEDIA_ERR_NETWORK;
stop(cut || !navigator.onLine ? "offline" : "gone");
});
setRate(audio, Number(recall("speed")) || 1);
return sound;
}
function setRate(audio, rate) {
const kept = Math.min(4, Math.max(0.5, rate));
audio.defaultPlaybackRate = kept;
audio.playbackRate = kept;
}
function makePlayer(root) {
const part = (name) => root.querySelector(`[data-part="${name}"]`);
const own = root.querySelector("audio");
const { title = document.title, by = "", show = "", cover = "", page, duration } = root.dataset;
const about = { title, by, show, cover, duration: Number(duration) || 0 };
const chapters = page === undefined ? [] : readChapters(about.duration);
const place = part("place");
const kept = page === undefined ? null : `at:${new URL(page, location.href).pathname}`;
let dragged = false;
let written = 0;
let offered = false;
const sound = makeSound(own, about, draw, tell);
sound.root = root;
function chapterAt(seconds) {
return chapters.findLast((chapter) => chapter.start <= seconds + 0.05);
}
sound.turn = (steps) => {
const now = chapters.indexOf(chapterAt(sound.position - (steps < 0 ? 3 : 0)));
const next = chapters[steps < 0 ? Math.max(now, 0) : now + 1];
if (next) sound.seek(next.start);
};
sound.faster = (steps) => {
const speed = part("speed");
if (!speed) return;
speed.selectedIndex = Math.max(0, Math.min(speed.options.length - 1, speed.selectedIndex + steps));
speed.dispatchEvent(new Event("change"));
};
function draw() {
if (!place) return;
const playing = !own.paused;
root.classList.toggle("playing", playing);
const toggle = part("toggle");
toggle.dataset.play ??= toggle.getAttribute("aria-label");
toggle.setAttribute("aria-label", playing ? toggle.dataset.pause : toggle.dataset.play);
place.max = sound.length;
part("length").textContent = clock(sound.length);
if (!dragged) place.value = sound.position;
drawPlace();
if (!isOffered()) part("resume")?.setAttribute("hidden", "");
keepPosition();
}
function drawPlace() {
const seconds = dragged ? Number(place.value) : sound.position;
const chapter = chapterAt(seconds)?.title ?? "";
part("time").textContent = clock(seconds);
part("chapter").textContent = chapter;
place.style.setProperty("--done", sound.length ? seconds / sound.length : 0);
place.setAttribute("aria-valuetext", chapter ? `${clock(seconds)}, ${chapter}` : clock(seconds));
}
function isOffered() {
const heard = [...Array(own.played.length).keys()].map((i) => own.played.end(i) - own.played.start(i));
return offered && heard.reduce((sum, seconds) => sum + seconds, 0) < 60;
}
function keepPosition() {
if (isOffered()) return;
if (!kept || own.readyState === HTMLMediaElement.HAVE_NOTHING || !own.played.length) return;
if (!own.paused && Math.abs(sound.position - written) < 5) return;
written = sound.position;
const worth = written > WORTH && written < sound.length - WORTH;
remember(kept, worth ? String(Math.round(written)) : null);
}
function tell(trouble) {
const box = part("trouble");
if (!box) return;
box.hidden = !trouble;
for (const each of box.querySelectorAll("[data-trouble]")) {
each.hidden = each.dataset.trouble !== trouble;
}
}
sound.tell = tell;
function setUp() {
part("toggle").addEventListener("click", sound.toggle);
part("back").addEventListener("click", () => sound.skip(-BACK));
part("on").addEventListener("click", () => sound.skip(ON));
part("reload").addEventListener("click", () => location.reload());
const speed = part("speed");
speed.value = String(own.playbackRate);
if (speed.selectedIndex < 0) setRate(own, Number((speed.value = "1")));
speed.addEventListener("change", () => {
setRate(own, Number(speed.value));
remember("speed", speed.value);
});
place.addEventListener("input", () => { dragged = true; drawPlace(); });
place.addEventListener("change", () => { dragged = false; sound.seek(Number(place.value)); });
place.addEventListener("pointermove", hint);
place.addEventListener("pointerleave", () => { part("hint").hidden = true; });
offerPosition();
own.controls = false;
part("controls").hidden = false;
drawMarks();
draw();
}
function drawMarks() {
const apart = (8 / place.clientWidth) * about.duration;
let last = 0;
for (const { start } of chapters) {
if (start - last < apart) continue;
last = start;
const mark = part("marks").appendChild(document.createElement("i"));
mark.style.setProperty("--at", start / about.duration);
}
}
function hint(event) {
const box = place.getBoundingClientRect();
const share = Math.max(0, Math.min(1, (event.clientX - box.left) / box.width));
const seconds = share * sound.length;
const chapter = chapterAt(seconds);
part("hint").textContent = chapter ? `${clock(seconds)} ${chapter.title}` : clock(seconds);
part("hint").style.setProperty("--at", share);
part("hint").hidden = false;
}
function offerPosition() {
const resume = part("resume");
const seconds = Number(kept && recall(kept));
if (!resume || !(seconds > WORTH && seconds < sound.length - WORTH)) return;
resume.textContent = resume.dataset.words.replace("{time}", clock(seconds));
resume.hidden = false;
offered = true;
resume.addEventListener("click", () => {
offered = false;
sound.play(seconds);
});
}
if (place) setUp();
return sound;
}
function readChapters(length) {
return [...document.querySelectorAll("#chapters a[data-t]")]
.map((link) => ({ start: Number(link.dataset.t), title: link.querySelector("bdi")?.textContent ?? "" }))
.filter((chapter) => chapter.start < length);
}
function makeQuote(link) {
const figure = link.closest("figure") ?? link.parentElement;
const audio = new Audio();
const text = figure.querySelector("blockquote")?.textContent.trim() ?? document.title;
const by = figure.querySelector(".speaker")?.textContent ?? "";
const about = { ...main?.about, title: text, by, duration: 0 };
const sound = makeSound(audio, about, draw, (trouble) => main?.tell(trouble));
function draw() {
const playing = !audio.paused;
figure.classList.toggle("playing", playing);
link.setAttribute("aria-pressed", playing);
figure.style.setProperty("--done", audio.duration ? audio.currentTime / audio.duration : 0);
}
audio.preload = "none";
audio.src = link.href;
audio.addEventListener("ended", () => {
figure.querySelector('[data-part="onward"]')?.removeAttribute("hidden");
});
return sound;
}
const quotes = new Map();
function toggleQuote(link) {
if (!quotes.has(link)) quotes.set(link, makeQuote(link));
const sound = quotes.get(link);
setRate(sound.audio, Number(recall("speed")) || 1);
sound.toggle();
}
for (const paragraph of document.querySelectorAll("#transcript p[data-s]")) {
const times = paragraph.dataset.s.split(" ");
const texts = [...paragraph.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE);
const lines = texts.map((node) => node.data.split("\n").filter(Boolean));
paragraph.querySelector("a.time").dataset.t = times[0];
if (lines.flat().length !== times.length) continue;
texts.forEach((node, at) => {
const made = lines[at].map((line) => {
const sentence = document.createElement("span");
sentence.dataset.t = times.shift();
sentence.textContent = line;
return sentence;
});
node.replaceWith(...made.flatMap((sentence, place) => (place ? ["\n", sentence] : [sentence])));
});
}
const sentences = [...document.querySelectorAll("#transcript span[data-t]")];
const starts = sentences.map((sentence) => Number(sentence.dataset.t));
const followed = main?.root?.querySelector('[data-part="follow"]');
const calm = matchMedia("(prefers-reduced-motion: reduce)");
let marked = null;
function sentenceAt(seconds) {
let low = 0;
let high = starts.length;
while (low < high) {
const middle = (low + high) >> 1;
if (starts[middle] <= seconds + 0.05) low = middle + 1;
else high = middle;
}
return sentences[low - 1] ?? null;
}
function mark() {
const now = sentenceAt(main.position);
if (now && followed) followed.hidden = false;
if (now === marked) return;
marked?.classList.remove("heard");
now?.classList.add("heard");
marked = now;
if (isFollowing() && now) lead(now);
}
function lead(element) {
const box = element.getBoundingClientRect();
const top = main?.root?.getBoundingClientRect().bottom ?? 0;
const room = innerHeight - Math.max(0, top);
if (box.top > top && box.bottom < innerHeight - room / 4) return;
scrollBy({ top: box.top - top - room / 4, behavior: calm.matches ? "auto" : "smooth" });
}
function isFollowing() { return followed?.getAttribute("aria-pressed") === "true"; }
function follow(wish) {
if (!followed) return;
followed.setAttribute("aria-pressed", wish);
if (wish && sentenceAt(main.position)) lead(sentenceAt(main.position));
}
function leave() { if (isFollowing()) follow(false); }
function onClick(event) {
if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
const clip = event.target.closest("a[data-clip]");
if (clip) {
event.preventDefault();
toggleQuote(clip);
return;
}
const target = event.target.closest("[data-t]");
if (!target || !main) {
if (event.target.closest('a[href^="#"]')) leave();
return;
}
if (!getSelection().isCollapsed) return;
const address = target.getAttribute("href");
if (address) event.preventDefault();
if (address?.startsWith("#")) history.replaceState(null, "", address);
main.play(Number(target.dataset.t));
if (target.closest("#transcript")) follow(true);
}
const KEYS = {
" ": () => sounding.toggle(),
k: () => sounding.toggle(),
j: () => sounding.skip(-BACK),
ArrowLeft: () => sounding.skip(-BACK),
l: () => sounding.skip(ON),
ArrowRight: () => sounding.skip(ON),
p: () => main.turn(-1),
n: () => main.turn(1),
PageUp: () => main.turn(-1),
PageDown: () => main.turn(1),
"<": () => main.faster(-1),
">": () => main.faster(1),
f: () => follow(!isFollowing()),
"?": () => list()?.showModal(),
};
const SCROLL = ["PageUp", "PageDown", "ArrowUp", "ArrowDown", "Home", "End"];
function list() { return main.root?.querySelector("dialog"); }
function isTaken(target, key) {
if (target.closest("select, textarea, audio, video, dialog, [contenteditable]")) return true;
if (target.closest("button, summary, [role=button]")) return key === " " || key === "Enter";
const field = target.closest("input");
if (field?.type === "range") return ["ArrowUp", "ArrowDown", "Home", "End"].includes(key);
return Boolean(field) || key.startsWith("Page");
}
function onKey(event) {
if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
const quote = event.key === " " && event.target.closest("a[data-clip]");
if (quote) {
event.preventDefault();
toggleQuote(quote);
return;
}
if (isTaken(event.target, event.key)) {
if (SCROLL.includes(event.key)) leave();
return;
}
const act = keyed && KEYS[event.key];
if (act) {
event.preventDefault();
act();
} else if (SCROLL.includes(event.key)) leave();
}
function setUpKeys() {
const dialog = list();
if (!dialog) return;
const [help, close, box] = ["help", "close", "keyed"].map(
(name) => main.root.querySelector(`[data-part="${name}"]`),
);
box.checked = keyed;
box.addEventListener("change", () => {
keyed = box.checked;
remember("keys", keyed ? null : "off");
});
help.addEventListener("click", () => dialog.showModal());
close.addEventListener("click", () => dialog.close());
}
document.documentElement.classList.add("scripted");
document.addEventListener("click", onClick);
for (const link of document.querySelectorAll("a[data-clip]")) {
link.setAttribute("role", "button");
link.setAttribute("aria-pressed", "false");
}
if (!main) return null;
document.addEventListener("keydown", onKey);
setUpKeys();
for (const name of ["timeupdate", "seeked", "play"]) main.audio.addEventListener(name, mark);
for (const name of ["wheel", "touchmove"]) addEventListener(name, leave, { passive: true });
addEventListener("mousedown", (event) => { if (event.clientX >= document.documentElement.clientWidth) leave(); });
const opening = document.querySelector(".opening");
if (opening) new IntersectionObserver(([seen]) => main.root.classList.toggle("stuck", !seen.isIntersecting)).observe(opening);
followed?.addEventListener("click", () => follow(!isFollowing()));
return { audio: main.audio, seek: main.seek, play: main.play, sentenceAt };
})();
{
const MARKS = ["\u201c", "\u201d", "\u2018", "\u2019"];
const PARAGRAPHS = "#transcript p[id]";
const canonical = document.querySelector('link[rel="canonical"]')?.href ?? location.href;
const meta = (name) => document.querySelector(`meta[property="og:${name}"]`)?.content ?? "";
function secondsOf(text) {
const parts = /^(?:(?:(\d+):)?(\d+):)?(\d+(?:\.\d+)?)s?$/.exec(text)
?? (text && /^(?:(\d+)h)?(?:(\d+)m)?(?:(\d+(?:\.\d+)?)s?)?$/.exec(text));
return parts ? (parts[1] ?? 0) * 3600 + (parts[2] ?? 0) * 60 + Number(parts[3] ?? 0) : NaN;
}
function timeOf(parameters) {
const value = new URLSearchParams(parameters).get("t");
if (!value) return null;
const [from, to] = value.replace(/^npt:/, "").split(",");
const [start, end] = [from ? secondsOf(from) : 0, to ? secondsOf(to) : Infinity];
return Number.isFinite(start) && end > start ? { start, end } : null;
}
function tell(sentence) {
const line = document.querySelector(".notice") ?? document.createElement("p");
line.className = "facts notice";
line.setAttribute("role", "status");
document.querySelector("main").prepend(line);
line.textContent = sentence;
line.scrollIntoView({ block: "center" });
}
function land({ playing }) {
const name = location.hash.slice(1);
if (name.startsWith("q-")) {
const quote = document.getElementById(name);
if (!quote) tell("This quote is no longer on this page.");
else if (player && playing) quote.querySelector("a[data-clip], a[data-t]")?.click();
return;
}
const time = timeOf(name) ?? timeOf(location.search);
if (!time || !player || (!playing && !player.audio.paused)) return;
if (playing) player.play(time.start, time.end);
else player.seek(time.start);
if (!document.getElementById(name)) {
player.sentenceAt(time.start)?.scrollIntoView({ block: "center" });
}
}
if (document.getElementById("transcript")) {
let isFollowed = false;
addEventListener("click", (event) => { isFollowed = Boolean(event.target.closest('a[href^="#"]')); });
addEventListener("hashchange", () => {
land({ playing: !isFollowed });
isFollowed = false;
});
land({ playing: true });
}
function partOf(node, range) {
const part = document.createRange();
part.selectNodeContents(node);
if (range.compareBoundaryPoints(Range.START_TO_START, part) > 0) part.setStart(range.startContainer, range.startOffset);
if (range.compareBoundaryPoints(Range.END_TO_END, part) < 0) part.setEnd(range.endContainer, range.endOffset);
const before = document.createRange();
before.selectNodeContents(node);
before.setEnd(part.startContainer, part.startOffset);
const whole = node.textContent;
let first = before.toString().length;
let last = first + part.toString().length;
while (first < last && /\s/.test(whole[first])) first += 1;
while (last > first && /\s/.test(whole[last - 1])) last -= 1;
if (first >= last) return null;
const isSpaced = /\S\s\S/.test(whole);
while (isSpaced && first > 0 && /\S/.test(whole[first - 1])) first -= 1;
while (isSpaced && last < whole.length && /\S/.test(whole[last])) last += 1;
return { text: whole.slice(first, last), before: whole.slice(0, first) };
}
function speakerOf(paragraph) {
let each = paragraph;
while (each) {
if (each.matches?.(".unnamed")) return "";
const name = each.querySelector?.("b.speaker");
if (name) return name.textContent;
do each = each.previousElementSibling; while (each && !each.matches(PARAGRAPHS));
}
return "";
}
function startOf(sentence, before) {
const start = Number(sentence.dataset.t);
const [paragraph, skipped] = [sentence.parentElement, before.split(/\s+/).filter(Boolean).length];
const place = [...paragraph.querySelectorAll("span[data-t]")].indexOf(sentence);
const letters = paragraph.dataset.w?.split(" ")[place] ?? "";
const steps = letters.match(/Z*[^Z]/g) ?? [];
if (steps.length < skipped) return start;
const value = (letter) => "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ".indexOf(letter);
const tenths = [...steps.slice(0, skipped).join("")].reduce((sum, letter) => sum + value(letter), 0);
return start + tenths / 10;
}
function clock(seconds) {
const whole = Math.floor(seconds);
const two = (number) => String(number).padStart(2, "0");
const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
return `${hours ? `${hours}:${two(minutes)}` : minutes}:${two(whole % 60)}`;
}
function curly(text) {
const [, , opening, closing] = MARKS;
return text
.replace(/(^|[\s([—–-])["“„«]\s*(?=\S)/g, (_, lead) => lead + opening)
.replace(/\s*["”“»]/g, closing)
.replace(/'/g, "’");
}
function pickTranscript(range) {
const turns = [];
let start = null;
let around = null;
for (const paragraph of document.querySelectorAll(PARAGRAPHS)) {
if (!range.intersectsNode(paragraph)) continue;
const speaker = speakerOf(paragraph);
let blank = " ";
for (const sentence of paragraph.querySelectorAll("span[data-t]")) {
const part = range.intersectsNode(sentence) && partOf(sentence, range);
if (!part) continue;
start ??= startOf(sentence, part.before);
around = paragraph;
const last = turns.at(-1);
if (last && last.speaker === speaker) last.text += blank + part.text;
else turns.push({ speaker, text: part.text });
blank = /^\s/.test(sentence.nextSibling?.textContent ?? "") ? " " : "";
}
}
if (!turns.length) return null;
const address = `${canonical}#t=${Math.round(start * 10) / 10}`;
for (const turn of turns) turn.text = curly(turn.text);
return { turns, address, time: clock(start), episode: meta("title"), isQuote: false, around };
}
function pickQuote(figure, range) {
const block = figure.querySelector("blockquote");
const [opening, closing] = MARKS;
const part = block && partOf(block, range);
if (!part) return null;
let text = part.text.replace(/\s?\[\d{1,3}\]/g, "");
if (text.startsWith(opening)) text = text.slice(opening.length);
if (text.endsWith(closing)) text = text.slice(0, -closing.length);
const link = figure.dataset.address ?? figure.querySelector("a.link")?.getAttribute("href");
return {
turns: [{ speaker: figure.querySelector(".speaker")?.textContent ?? "", text: text.trim() }],
address: new URL(link ?? `#${figure.id}`, canonical).href,
time: clock(Number(figure.dataset.start)),
episode: figure.querySelector("cite")?.textContent ?? meta("title"),
isQuote: true,
around: figure,
};
}
function pick(range) {
const common = range.commonAncestorContainer;
const element = common.nodeType === Node.ELEMENT_NODE ? common : common.parentElement;
const figure = element.closest("figure.quote");
if (figure) return pickQuote(figure, range);
return element.closest("#transcript") ? pickTranscript(range) : null;
}
function creditOf({ turns, time, episode }) {
const place = [meta("site_name"), episode].filter(Boolean).join(": ");
return [turns.length === 1 ? turns[0].speaker : "", place, time].filter(Boolean).join(", ");
}
function linesOf({ turns }) {
const [opening, closing] = MARKS;
const name = ({ speaker }) => (turns.length > 1 && speaker ? `${speaker}: ` : "");
return turns.map((turn) => `${name(turn)}${opening}${turn.text}${closing}`);
}
const TRANSCRIPT = "transcript";
const origin = (what) => (what.isQuote ? "" : ` (${TRANSCRIPT})`);
function plainOf(picked) {
return [...linesOf(picked), `— ${creditOf(picked)}${origin(picked)}`, picked.address].join("\n");
}
function richOf(picked) {
const element = (name, ...children) => {
const made = document.createElement(name);
made.append(...children);
return made;
};
const link = element("a", creditOf(picked));
link.href = picked.address;
const block = element("blockquote", ...linesOf(picked).map((line) => element("p", line)));
return block.outerHTML + element("p", "— ", link, origin(picked)).outerHTML;
}
function copy(node, plain, rich) {
const selection = getSelection();
const kept = selection.rangeCount && !selection.isCollapsed ? selection.getRangeAt(0) : null;
if (!kept) selection.selectAllChildren(node);
const put = (event) => {
event.preventDefault();
event.clipboardData.setData("text/plain", plain);
if (rich) event.clipboardData.setData("text/html", rich);
};
document.addEventListener("copy", put, { once: true });
const done = document.execCommand("copy");
document.removeEventListener("copy", put);
if (!kept && done) selection.removeAllRanges();
return done;
}
const bar = document.createElement("div");
const said = document.createElement("span");
let picked = null;
let isCopying = false;
function button(label, done, plain, rich) {
const made = document.createElement("button");
made.type = "button";
made.textContent = label;
made.addEventListener("mousedown", (event) => event.preventDefault());
made.addEventListener("click", () => {
const what = made.closest("figure.quote") ? pickAll(made.closest("figure.quote")) : picked;
isCopying = true;
const copied = copy(what.around, plain(what), rich?.(what));
setTimeout(() => { isCopying = false; });
const answer = made.parentElement.querySelector("[role=status]");
answer.textContent = copied ? done : "Not copied: the text is selected";
});
return made;
}
function buttons() {
return [
button("Copy link", "Link copied", (what) => what.address),
button("Copy quote", "Quote copied", plainOf, richOf),
];
}
function pickAll(figure) {
const range = document.createRange();
range.selectNodeContents(figure.querySelector("blockquote"));
return pickQuote(figure, range);
}
function hide() {
picked = null;
bar.remove();
}
function show(found, box, room = 8) {
picked = found;
if (!found) return hide();
said.replaceChildren();
found.around.after(bar);
const below = box.bottom + room;
const top = below + bar.offsetHeight < innerHeight ? below : Math.max(8, box.top - bar.offsetHeight - 8);
const most = document.documentElement.clientWidth - bar.offsetWidth - 8;
bar.style.top = `${top + scrollY}px`;
bar.style.left = `${Math.max(8, Math.min(box.left, most)) + scrollX}px`;
}
function onSelection() {
if (isCopying || bar.contains(document.activeElement)) return;
const selection = getSelection();
if (selection.isCollapsed || !selection.rangeCount) return;
const range = selection.getRangeAt(0);
const handles = matchMedia("(pointer: coarse)").matches ? 36 : 8;
show(pick(range), [...range.getClientRects()].at(-1) ?? range.getBoundingClientRect(), handles);
}
function onTap(event) {
if (bar.contains(event.target) || event.target.closest("button")) return;
if (!getSelection().isCollapsed) return;
const target = event.target.closest("#transcript span[data-t], #transcript a.time, .quote blockquote");
if (!target) {
hide();
return;
}
const range = document.createRange();
range.selectNodeContents(target.matches("a.time") ? target.parentElement : target);
show(pick(range), (target.closest("figure") ?? target).getBoundingClientRect());
}
said.className = "said";
said.setAttribute("role", "status");
bar.className = "sharing floating";
bar.setAttribute("role", "group");
bar.setAttribute("aria-label", "Share these words");
bar.append(...buttons(), said);
let waiting = 0;
document.addEventListener("selectionchange", () => {
cancelAnimationFrame(waiting);
waiting = requestAnimationFrame(onSelection);
});
document.addEventListener("click", onTap);
document.addEventListener("keydown", (event) => { if (event.key === "Escape") hide(); });
for (const place of document.querySelectorAll(".moment figure.quote [data-part=sharing]")) {
const answer = said.cloneNode();
place.append(...buttons(), answer);
place.hidden = false;
}
}
const neighbours = document.querySelector("nav.neighbours[data-episodes]");
if (neighbours) {
new IntersectionObserver(async (seen, observer) => {
if (!seen.some((each) => each.isIntersecting)) return;
observer.disconnect();
try {
const episodes = await (await fetch(neighbours.dataset.episodes)).json();
const place = episodes.findIndex(([page]) => page === neighbours.dataset.page);
for (const link of neighbours.querySelectorAll("a")) {
const [page, title] = episodes[place + (link.rel === "next" ? -1 : 1)] ?? [];
if (place < 0 || !page) continue;
link.href = new URL(page, new URL(neighbours.dataset.episodes, location));
link.querySelector("bdi").textContent = title;
link.hidden = neighbours.hidden = false;
}
} catch {}
}, { rootMargin: "600px" }).observe(document.querySelector("footer"));
}
for (const button of document.querySelectorAll("button[data-copy]")) {
button.hidden = false;
button.addEventListener("click", async () => {
const source = document.getElementById(button.dataset.copy);
try {
await navigator.clipboard.writeText(source.textContent);
button.textContent = "Copied";
} catch {
getSelection().selectAllChildren(source);
button.textContent = "Selected";
}
});
}
