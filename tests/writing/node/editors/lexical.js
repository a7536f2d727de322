// Lexical with rich text, which LessWrong's editor is made of; `mount` returns what reads the document.
import { HorizontalRuleNode } from "@lexical/extension";
import { $generateHtmlFromNodes } from "@lexical/html";
import { LinkNode } from "@lexical/link";
import { ListItemNode, ListNode } from "@lexical/list";
import { HeadingNode, QuoteNode, registerRichText } from "@lexical/rich-text";
import { createEditor } from "lexical";

window.mount = (place) => {
  const editor = createEditor({
    nodes: [HeadingNode, QuoteNode, LinkNode, ListNode, ListItemNode, HorizontalRuleNode],
    onError: (error) => {
      throw error;
    },
  });
  place.contentEditable = "true";
  editor.setRootElement(place);
  registerRichText(editor);
  return () => editor.read(() => $generateHtmlFromNodes(editor));
};
