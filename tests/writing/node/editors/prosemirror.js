// ProseMirror with tiptap's usual kit, Substack's kind; `mount` returns what reads the document.
import { Editor } from "@tiptap/core";
import StarterKit from "@tiptap/starter-kit";

window.mount = (place) => {
  // What tiptap makes of typed signs by itself, a link of each word like a domain, is not ours.
  const editor = new Editor({ element: place, extensions: [StarterKit], enablePasteRules: false });
  return () => editor.getHTML();
};
