// Show notes and link post as they will look, and what still stands in the way.
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
let markdown = "";

export function copyMarkdown() {
  if (store.view !== "preview" || !markdown) return;
  navigator.clipboard.writeText(markdown).then(() => announce("Copied"), () => trouble("Not copied", "The browser does not let this page write to the clipboard."));
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
  const found = await read("/api/preview").catch((error) => trouble("No preview", `${error.message}. ${error.hint ?? ""}`));
  if (!found || store.view !== "preview" || shown !== revision) return;
  markdown = found.markdown;
  const { stops, review } = store.state;
  root.replaceChildren(
    h("div", {}, h("h2", {}, stops.length ? `${stops.length === 1 ? "One quote stands" : `${stops.length} quotes stand`} in the way of publishing` : review === "open" ? "Nothing stands in the way; finish the review in the ledger" : "Ready to publish"), stopList(stops)),
    h("h2", { class: "part" }, "Show notes"), h("div", { class: "print" }, build(found.notes)),
    h("div", { class: "row" }, h("h2", {}, "Link post"), button("Copy as Markdown", "M", copyMarkdown)),
    h("div", { class: "print" }, build(found.post)));
}
