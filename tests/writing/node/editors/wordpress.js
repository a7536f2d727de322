// WordPress's block editor, from the scripts that it brings; `mount` returns what reads the document.
window.mount = (place) => {
  const { createElement, render, useState } = wp.element;
  const { Popover, SlotFillProvider } = wp.components;
  const { BlockEditorProvider, BlockList, BlockTools, ObserveTyping, WritingFlow } = wp.blockEditor;
  wp.blockLibrary.registerCoreBlocks();
  let written = [wp.blocks.createBlock("core/paragraph")];
  const Blocks = () => {
    const [value, set] = useState(written);
    const keep = (blocks) => set((written = blocks));
    const around = [
      [wp.keyboardShortcuts.ShortcutProvider],
      [SlotFillProvider],
      [BlockEditorProvider, { value, onInput: keep, onChange: keep }],
      [BlockTools],
      [WritingFlow],
      [ObserveTyping],
    ];
    return around.reduceRight(
      (inner, [kind, properties]) => createElement(kind, properties, inner),
      createElement(BlockList),
    );
  };
  render(createElement(Blocks), place);
  const valid = (block) => block.isValid && block.innerBlocks.every(valid);
  return () => (written.every(valid) ? wp.blocks.serialize(written) : "<p>WordPress would repair a block</p>");
};
