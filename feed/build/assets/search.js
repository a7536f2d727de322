"use strict";
const SHOWN = 10;
const MOMENTS = 3;
const WORDS = 32;
const NEAR = 15;
const BEFORE = 7;
const SIGNS = /^([^\p{L}\p{N}]*)(.*?)([^\p{L}\p{N}]*)$/su;
const PAUSE = 200;
document.getElementById("scriptless").remove();
const form = document.querySelector("form.search");
const field = form.elements.q;
const filters = ["speaker", "episode"].map((name) => form.elements[name]);
const told = document.getElementById("found");
const list = document.getElementById("results");
const more = document.getElementById("more");
const packs = [...document.querySelectorAll("#packs li")].map((row) => ({ ...row.dataset }));
const language = document.documentElement.lang;
const ask = window.fetch.bind(window);
let engines = null;
let search = 0;
let left = [];
window.fetch = (address, options) => {
const part = /^pack-(\d+)\/([^?]+)/.exec(address);
return part ? partOf(packs[part[1]], part[2]) : ask(address, options);
};
async function partOf(pack, name) {
if (name.startsWith("wasm.")) return ask(pack.wasm);
pack.begun ??= begin(pack);
const { places, beginning } = await pack.begun;
const [from, to] = places[name];
return new Response(
to <= beginning.length ? beginning.subarray(from, to) : await bytesOf(pack, from, to),
);
}
async function begin(pack) {
const beginning = await bytesOf(pack, 0, Number(pack.head));
let end = beginning.indexOf(10) + 1;
const lengths = JSON.parse(new TextDecoder().decode(beginning.subarray(0, end)));
const places = {};
for (const [name, length] of Object.entries(lengths)) places[name] = [end, (end += length)];
return { places, beginning };
}
async function bytesOf(pack, from, to) {
const answer = await ask(pack.pack, { headers: { Range: `bytes=${from}-${to - 1}` } });
if (!answer.ok) throw new Error(`${pack.pack}: ${answer.status}`);
const content = new Uint8Array(await answer.arrayBuffer());
return answer.status === 206 ? content : content.subarray(from, to);
}
async function start() {
const groups = new Map();
packs.forEach((pack, number) => {
groups.set(pack.language, [...(groups.get(pack.language) ?? []), number]);
});
return Promise.all([...groups].map(async ([name, [first, ...others]]) => {
const address = new URL(`${packs[first].engine}#${name}`, document.baseURI);
const engine = (await import(address)).createInstance({ basePath: `pack-${first}/`, noWorker: true });
await engine.init();
await Promise.all(others.map((other) => engine.mergeIndex(`pack-${other}/`, { language: name })));
return engine;
}));
}
function ready() {
engines ??= start().then(async (started) => {
const offered = offerFilters(started).catch(() => {});
if (filters.some(({ name }) => new URL(location).searchParams.has(name))) await offered;
return started;
});
engines.catch(() => { engines = null; });
return engines;
}
async function offerFilters(started) {
const found = await Promise.all(started.map((engine) => engine.filters()));
for (const select of filters) {
const names = new Set(found.flatMap((each) => Object.keys(each[select.name] ?? {})));
for (const name of [...names].sort(new Intl.Collator(language).compare)) {
select.append(new Option(name, name));
}
select.value = new URL(location).searchParams.get(select.name) ?? "";
if (select.selectedIndex < 0) select.value = "";
select.hidden = names.size < 2;
}
form.querySelector(".filters").hidden = filters.every((select) => select.hidden);
}
async function run() {
const number = ++search;
const query = field.value.trim();
if (!packs.length) return;
if (!query) return show(number, [], "");
try {
const started = await ready();
remember(query);
const wanted = Object.fromEntries(
filters.filter((select) => select.value).map((select) => [select.name, select.value]),
);
const answers = await Promise.all(started.map((each) => each.search(query, { filters: wanted })));
const found = answers.flatMap((each) => each.results).sort((a, b) => b.score - a.score);
await show(number, found, query);
} catch (error) {
console.error(error);
if (number === search) told.textContent = "Search could not be loaded. Try again.";
}
}
function remember(query) {
const address = new URL(location);
address.search = "";
for (const each of [field, ...filters]) {
if (each.value) address.searchParams.set(each.name, each === field ? query : each.value);
}
history.replaceState(null, "", address);
}
async function show(number, found, query) {
left = [...found];
const rows = await next(number);
if (number !== search) return;
list.replaceChildren(...rows);
if (!query) told.textContent = "";
else if (!rows.length) told.textContent = "Nothing was found.";
else told.textContent = "Episodes: %(number)s".replace("%(number)s", found.length.toLocaleString(language));
}
async function showMore() {
const rows = await next(search);
list.append(...rows);
rows[0]?.querySelector("a").focus();
}
async function next(number) {
const rows = [];
while (number === search && left.length && rows.length < SHOWN) {
const some = left.splice(0, SHOWN - rows.length);
rows.push(...(await Promise.all(some.map(row))).filter(Boolean));
}
if (number === search) more.hidden = !left.length;
return number === search ? rows : [];
}
async function row(result) {
const found = await result.data();
const chosen = moments(found);
if (form.elements.speaker.value && !chosen.length) return null;
const item = make("li");
const title = make("a", found.meta.title);
title.href = found.meta.page;
title.dir = "auto";
item.append(make("h2", title), make("p", found.meta.date, "facts"));
if (chosen.length) {
const places = make("ol", "", "moments");
places.append(...chosen.map((each) => place(each, found.meta.page)));
item.append(places);
}
return item;
}
function place(moment, page) {
const link = make("a");
link.href = `${page}#${moment.fragment}`;
const where = make("span", make("span", clock(moment.start), "time"), "where");
if (moment.speaker) where.append(make("bdi", moment.speaker));
if (moment.kind) where.append(make("span", moment.kind, "kind"));
const words = make("span", "", moment.isQuote ? "words quoted" : "words");
words.dir = "auto";
moment.words.forEach(([word, isFound], number) => {
if (number && moment.gap) words.append(moment.gap);
const [, before, inside, after] = isFound ? SIGNS.exec(word) : ["", word, "", ""];
words.append(before, ...(inside ? [make("mark", inside)] : []), after);
});
if (moment.isCut) words.append(" …");
link.append(where, words);
return make("li", link);
}
function moments(found) {
const joined = found.raw_content.includes("\u200b");
const words = found.raw_content.split(joined ? "\u200b" : /\s+/).map((word) => word.replaceAll("&lt;", "<").replaceAll("&gt;", ">"));
const speakers = JSON.parse(found.meta.speakers);
const marks = found.anchors.map(read).sort((a, b) => a.from - b.from);
marks.forEach((mark, number) => { mark.to = marks[number + 1]?.from ?? words.length; });
const hits = new Set(found.locations);
const wanted = form.elements.speaker.value;
const scored = [];
for (const [number, mark] of marks.entries()) {
const here = wordsIn(mark);
if (!here.size || (wanted && speakers[mark.speaker] !== wanted)) continue;
const after = marks[number + 1];
const next = after && after.kind === mark.kind ? [...wordsIn(after)].filter((word) => !here.has(word)).length : 0;
scored.push({ mark, number, score: here.size + 0.5 * next + (mark.isQuote ? 0.4 : 0) });
}
scored.sort((a, b) => b.score - a.score || a.number - b.number);
const chosen = [];
for (const each of scored) {
const near = chosen.some(({ mark: { start, kind } }) => Math.abs(start - each.mark.start) < NEAR && (!each.mark.kind || kind === each.mark.kind));
if (!near) chosen.push(each);
if (chosen.length === MOMENTS) break;
}
return chosen.sort((a, b) => a.mark.start - b.mark.start).map(({ mark, number }) => cut(mark, number));
function read({ id, element, location: from }) {
const [fragment, speaker, start] = id.split("/");
const isQuote = fragment.startsWith("q-");
const kind = isQuote ? "Quote" : element === "h2" ? "Chapter" : "";
return { fragment, speaker, start: Number(start), isQuote, kind, from };
}
function wordsIn(mark) {
const here = new Set();
for (let at = mark.from; at < mark.to; at += 1) if (hits.has(at)) here.add(words[at].toLocaleLowerCase().replace(/[^\p{L}\p{N}]/gu, ""));
return here;
}
function cut(mark, number) {
let end = mark.to;
for (let next = number + 1; marks[next]?.speaker === mark.speaker && marks[next].kind === mark.kind; next += 1) end = marks[next].to;
let first = mark.from;
while (!hits.has(first)) first += 1;
const from = mark.isQuote ? mark.from : Math.max(mark.from, first - BEFORE);
const to = Math.min(end, from + WORDS);
const shown = [];
for (let at = from; at < to; at += 1) shown.push([words[at], hits.has(at)]);
if (from > mark.from) shown.unshift(["…", false]);
return { ...mark, speaker: speakers[mark.speaker], words: shown, gap: joined ? "" : " ", isCut: to < end };
}
}
function clock(seconds) {
const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, Math.floor(seconds) % 60];
if (!parts[0]) parts.shift();
return parts.map((part, place) => (place ? String(part).padStart(2, "0") : part)).join(":");
}
function make(tag, content = "", name = "") {
const element = document.createElement(tag);
if (content) element.append(content);
if (name) element.className = name;
return element;
}
function onKey(event) {
if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
if (event.key === "/" && event.target !== field) {
event.preventDefault();
field.select();
return;
}
const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
if (!step || event.target instanceof HTMLSelectElement) return;
const stops = [field, ...list.querySelectorAll("a")];
const at = stops.indexOf(document.activeElement);
const next = stops[at + step];
if (at < 0 || !next) return;
event.preventDefault();
next.focus();
}
let waiting = 0;
field.addEventListener("input", () => {
clearTimeout(waiting);
waiting = setTimeout(run, PAUSE);
});
field.addEventListener("focus", () => ready().catch(() => {}), { once: true });
form.addEventListener("submit", (event) => {
event.preventDefault();
clearTimeout(waiting);
run();
});
for (const select of filters) select.addEventListener("change", run);
more.addEventListener("click", showMore);
document.addEventListener("keydown", onKey);
field.value = new URL(location).searchParams.get("q") ?? "";
if (field.value) run();
