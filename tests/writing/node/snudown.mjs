// Reads Markdown by name as JSON, and prints what Reddit makes of each.
import { readFileSync } from "node:fs";
import { markdown } from "snudown-js";

const texts = JSON.parse(readFileSync(0, "utf8"));
console.log(JSON.stringify(Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, markdown(text)]))));
