// Bluesky's own server of accounts (PDS), in memory, until the input ends. Prints its address.
import { TestNetworkNoAppView } from "@atproto/dev-env";

const network = await TestNetworkNoAppView.create({});
console.log(network.pds.url);
process.stdin.on("end", () => process.exit(0)).resume();
