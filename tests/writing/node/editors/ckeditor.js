// CKEditor with what the EA Forum's has, its own footnotes left out; `mount` returns what reads the document.
import * as ck from "ckeditor5";

window.mount = async (place) => {
  const { BlockQuote, Bold, Essentials, Heading, HorizontalLine, Italic, Link, List, Paragraph, Superscript } = ck;
  const heading = (level) => ({ model: `heading${level}`, view: `h${level}`, title: `Heading ${level}`, class: "" });
  const editor = await ck.InlineEditor.create(place, {
    licenseKey: "GPL",
    plugins: [BlockQuote, Bold, Essentials, Heading, HorizontalLine, Italic, Link, List, Paragraph, Superscript],
    heading: { options: [{ model: "paragraph", title: "Paragraph", class: "" }, ...[1, 2, 3].map(heading)] },
  });
  return () => editor.getData();
};
