// Prints what three programs find at an address: node unfurl.mjs URL
import metascraper from "metascraper";
import audio from "metascraper-audio";
import image from "metascraper-image";
import title from "metascraper-title";
import ogs from "open-graph-scraper";
import { unfurl } from "unfurl.js";

const url = process.argv[2];
const html = await (await fetch(url)).text();
const local = { require_tld: false, require_protocol: true, protocols: ["http"] };
const { result } = await ogs({ url, urlValidatorSettings: { ...local, validate_length: true } });
console.log(JSON.stringify({
  "open-graph-scraper": result,
  metascraper: await metascraper([audio(), image(), title()])({ html, url }),
  "unfurl.js": await unfurl(url, { oembed: true }),
}));
