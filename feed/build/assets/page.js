// Plays from the moment that a link or a sentence names, marks the sentence being heard, and copies
// the feed's address. Without it the pages read the same: every link leads somewhere by itself.
"use strict";

const audio = document.querySelector("audio");
const sentences = [...document.querySelectorAll("#transcript span[data-t]")];
const starts = sentences.map((sentence) => Number(sentence.dataset.t));
let heard = null;

document.documentElement.classList.add("scripted");

// Seek now, or as soon as the length is known: Safari forgets a time set before that.
function seek(seconds) {
  audio.currentTime = seconds;
  if (audio.readyState === HTMLMediaElement.HAVE_NOTHING) {
    audio.addEventListener("loadedmetadata", () => { audio.currentTime = seconds; }, { once: true });
    audio.preload = "metadata";
  }
}

function play(seconds) {
  seek(seconds);
  audio.play().catch(() => {}); // the player itself shows why it cannot play
}

// The last sentence that has begun at `seconds`; sentences are in order of time.
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

function markHeard() {
  const now = sentenceAt(audio.currentTime);
  if (now === heard) return;
  heard?.classList.remove("heard");
  now?.classList.add("heard");
  heard = now;
}

// "#t=41.5" and "#q-k3v9" name a moment; the player waits there until it is asked to play.
function readAddress() {
  const time = /^#t=(\d+(?:\.\d+)?)$/.exec(location.hash);
  const quote = location.hash.startsWith("#q-") && document.getElementById(location.hash.slice(1));
  const seconds = time ? Number(time[1]) : Number(quote && quote.dataset.start);
  if (!(time || quote) || !Number.isFinite(seconds) || !audio.paused) return;
  seek(seconds);
  if (time && !document.getElementById(location.hash.slice(1))) {
    sentenceAt(seconds)?.scrollIntoView({ block: "center" });
  }
}

function onClick(event) {
  const target = event.target.closest("[data-t]");
  if (!target || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  if (!getSelection().isCollapsed) return; // somebody is selecting text to copy
  const address = target.getAttribute("href");
  if (address) event.preventDefault();
  if (address?.startsWith("#")) history.replaceState(null, "", address);
  play(Number(target.dataset.t));
}

if (audio) {
  document.addEventListener("click", onClick);
  for (const name of ["timeupdate", "seeked", "play"]) audio.addEventListener(name, markHeard);
  addEventListener("hashchange", readAddress);
  readAddress();
}

for (const button of document.querySelectorAll("button[data-copy]")) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    const source = document.getElementById(button.dataset.copy);
    try {
      await navigator.clipboard.writeText(source.textContent);
      button.textContent = "Copied";
    } catch { // no clipboard on a page without https: select it for the reader to copy
      getSelection().selectAllChildren(source);
      button.textContent = "Selected";
    }
  });
}
