// Reads a feed from standard input and prints what two parsers make of it, as one JSON object.
// It is the last line; what the parsers complain of stands before it, or on standard error.

import { readFileSync } from "node:fs";
import { parseRssFeed } from "feedsmith";
import partytime from "podcast-partytime";

const xml = readFileSync(0, "utf8");
process.stdout.write(
  JSON.stringify({ partytime: partytime.parseFeed(xml), feedsmith: parseRssFeed(xml) }),
);
