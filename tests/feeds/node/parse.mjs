// Reads a feed from standard input and prints what two parsers make of it, as one JSON object.
// Warnings of the parsers go to standard error: our feeds must cause none.

import { readFileSync } from "node:fs";
import { parseRssFeed } from "feedsmith";
import partytime from "podcast-partytime";

const xml = readFileSync(0, "utf8");
process.stdout.write(
  JSON.stringify({ partytime: partytime.parseFeed(xml), feedsmith: parseRssFeed(xml) }),
);
