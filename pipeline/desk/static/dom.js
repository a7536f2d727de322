// Elements are built, never parsed: nothing from a transcript can become markup.

const there = (children) => children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false);

export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === false || value === null || value === undefined) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...there(children));
  return element;
}

/** Replace what an element holds; what is null or false is left out. */
export function fill(element, ...children) {
  element.replaceChildren(...there(children));
}

const UNSPACED = "\\u0e00-\\u0eff\\u1000-\\u109f\\u1780-\\u17ff\\u3000-\\u30ff\\u31f0-\\u4dbf\\u4e00-\\u9fff\\uf900-\\ufaff\\uff00-\\uffef";
const GAP = new RegExp(`(?<=[${UNSPACED}]) (?=[${UNSPACED}])`, "g");

// `pipeline/text/punctuation.py` has the same.
const SENTENCE_END = /[.?!…。۔।॥؟‽．？！⁇⁈⁉]["“”„«»「」'’‘‚‹›『』)\]}）】》〉]*$/u;

/** Whether a word ends a sentence by its punctuation. */
export const endsSentence = (text) => SENTENCE_END.test(text);

/** Words as they are written: without blanks between them where their script has none. */
export const joined = (words) => words.join(" ").replace(GAP, "");

export const $ = (selector, root = document) => root.querySelector(selector);

export function clock(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  const pad = (value) => String(value).padStart(2, "0");
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor(whole / 60) % 60;
  return hours ? `${hours}:${pad(minutes)}:${pad(whole % 60)}` : `${minutes}:${pad(whole % 60)}`;
}

export function button(label, key, action, attributes = {}) {
  return h("button", { type: "button", "aria-keyshortcuts": key, onclick: action, ...attributes }, label, key ? [" ", h("kbd", { "aria-hidden": "true" }, key)] : null);
}

const READ = 6000; // ms that a line stays in sight
let gone = 0;

/** Say a line, on the page and to a screen reader; `shown` false: only to the latter, for what is seen anyway. */
export function announce(text, shown = true) {
  const line = $("#live");
  line.classList.toggle("unseen", !shown);
  line.textContent = text;
  clearTimeout(gone);
  gone = setTimeout(() => (line.textContent = ""), READ);
}

/** A line or text to write in: Enter (in a text Ctrl+Enter) or Ctrl+S takes it, Escape leaves it as it was. */
export function inlineForm(children, take, close) {
  const form = h("form", { class: "inline", onsubmit: (event) => {
    event.preventDefault();
    close();
    take();
  }, onkeydown: (event) => {
    if (event.key === "Escape") {
      event.stopPropagation();
      close();
    } else if ((event.ctrlKey || event.metaKey) && ["s", "enter"].includes(event.key.toLowerCase())) {
      event.preventDefault();
      form.requestSubmit();
    }
  } }, children);
  return form;
}

const YEAR = 31536000; // seconds

/** What this browser keeps for the host; a cookie, since every start of the review has another port. */
export function recall(name) {
  return document.cookie.split("; ").find((pair) => pair.startsWith(`pullquote-${name}=`))?.split("=")[1] ?? null;
}

export function remember(name, value) {
  document.cookie = `pullquote-${name}=${value}; path=/; max-age=${YEAR}; SameSite=Strict`;
}

/** What has the focus inside an element, as a selector for its successor. */
function focusPlace(element) {
  const active = document.activeElement;
  if (!active || !element.contains(active)) return null;
  if (active === element) return ":scope > nothing";
  for (const name of ["id", "data-edge", "data-index", "data-do", "aria-keyshortcuts", "aria-label"]) {
    if (active.hasAttribute(name)) return `[${name}="${CSS.escape(active.getAttribute(name))}"]`;
  }
  return ":scope > nothing";
}

/** Whether the host is writing or choosing in an element: it waits, so that no letter is lost. */
function isWrittenIn(element) {
  const active = document.activeElement;
  if (element.contains(active) && active.matches("input[type=text], textarea, select")) return true;
  return Boolean(element.querySelector("form.inline input[type=text], form.inline textarea")); // perhaps left for a moment
}

/** Replace children only where their signature changed; focus stays in those that did not. */
export function reconcile(parent, items) {
  const old = new Map([...parent.children].map((child) => [child.dataset.key, child]));
  const wanted = new Set(items.map(({ key }) => key));
  // First, so that what stays is not moved: to move an element is to lay it out again.
  for (const [key, element] of old) if (!wanted.has(key) && !isWrittenIn(element)) element.remove();
  let next = parent.firstElementChild;
  for (const { key, signature, build } of items) {
    let element = old.get(key);
    if (!element || (element.dataset.signature !== signature && !isWrittenIn(element))) {
      const fresh = build();
      fresh.dataset.key = key;
      fresh.dataset.signature = signature;
      if (element) {
        const place = focusPlace(element);
        if (element === next) next = fresh;
        element.replaceWith(fresh);
        if (place) (fresh.querySelector(place) ?? fresh).focus({ preventScroll: true });
      }
      element = fresh;
    }
    // One that was taken out of its place is put in when its turn comes; the rest stays.
    if (element !== next && next?.nextElementSibling === element) next = element;
    if (element === next) next = next.nextElementSibling;
    else parent.insertBefore(element, next);
  }
}
