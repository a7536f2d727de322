// Show notes and posts as they will look, and what still stands in the way.
import { announce, button, h } from "./dom.js";
import { read, trouble } from "./api.js";
import { store } from "./store.js";
import { stopList } from "./ledger.js";

const TAGS = new Set(["p", "ol", "ul", "li", "a", "b", "i", "strong", "em", "br", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "code", "pre", "hr", "sup", "cite", "footer", "section", "article", "main", "div", "span"]);
const HEADINGS = /^h[1-6]$/;

/** Build the server's tree of elements; a tag that is not known becomes its contents. */
function build(nodes) {
  return nodes.flatMap((node) => {
    if (typeof node === "string") return [node];
    const [tag, href, children] = node;
    if (!TAGS.has(tag)) return build(children);
    const safe = href && /^(https?:|mailto:)/.test(href) ? href : null;
    const name = ["main", "article", "section"].includes(tag) ? "div" : HEADINGS.test(tag) ? "h3" : tag;
    return [h(name, safe ? { href: safe, target: "_blank", rel: "noopener noreferrer" } : {}, build(children))];
  });
}

let shown = null;
let house = "";
let found = null;

/** Copy a post of the house that is shown; of its first form, or its first part, by key. */
export function copyPost(post = found?.posts[0], part = 0) {
  if (store.view !== "preview" || !post) return;
  const plain = post.parts[part].replace(/\n+$/, "");
  const kinds = { "text/plain": new Blob([plain], { type: "text/plain" }) };
  if (post.form === "html") kinds["text/html"] = new Blob([plain], { type: "text/html" });
  navigator.clipboard.write([new ClipboardItem(kinds)]).then(() => announce("Copied"), () => trouble("Not copied", "The browser does not let this page write to the clipboard."));
}

function choice(root) {
  const options = found.houses.map(([name, title]) => h("option", { value: name, selected: name === found.house }, title));
  return h("label", {}, "For ", h("select", { onchange: (event) => {
    house = event.target.value;
    shown = null;
    previewView(root);
  } }, options));
}

function parts(post) {
  const label = { md: "Copy as Markdown", html: "Copy as rich text", txt: "Copy" }[post.form];
  const first = post === found.posts[0];
  return post.parts.map((_, at) => [
    button(label, first && at === 0 ? "M" : null, () => copyPost(post, at)),
    h("div", { class: "print", dir: "auto" }, post.form === "txt" ? h("pre", {}, post.shown[at]) : build(post.shown[at]))]);
}

export async function previewView(root) {
  if (root.dataset.shown !== "preview") {
    root.replaceChildren(h("p", { class: "wait" }, "Writing the show notes…"));
    root.dataset.shown = "preview";
    shown = null;
  }
  const revision = store.state.revision;
  if (shown === revision) return;
  shown = revision;
  const asked = house;
  const answer = await read(`/api/preview?house=${asked}`).catch((error) => trouble("No preview", `${error.message}. ${error.hint ?? ""}`));
  if (!answer || store.view !== "preview" || shown !== revision || asked !== house) return;
  found = answer;
  const { stops, review } = store.state;
  const lines = [found.how, ...found.lengths, ...found.left_out.map((line) => `Left out: ${line}`), ...found.findings.map((line) => `Look: ${line}`)];
  const chosen = root.querySelector("select") === document.activeElement;
  root.replaceChildren(
    h("div", {}, h("h2", {}, stops.length ? `${stops.length === 1 ? "One quote stands" : `${stops.length} quotes stand`} in the way of publishing` : review === "open" ? "Nothing stands in the way; finish the review in the ledger" : "Ready to publish"), stopList(stops)),
    h("h2", { class: "part" }, "Show notes"), h("div", { class: "print" }, build(found.notes)),
    h("div", { class: "row" }, h("h2", {}, "Posts"), choice(root)), h("ul", { class: "facts" }, lines.map((line) => h("li", {}, line))),
    ...found.posts.map(parts).flat(Infinity));
  if (chosen) root.querySelector("select").focus();
}
