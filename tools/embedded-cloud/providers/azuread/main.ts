/** Process entry: `node tools/embedded-cloud/bin/providers/azuread/main.js <engine address>`. */
import { runPlugin } from "../base/run";
import { azureadPlugin } from "./plugin";

runPlugin(azureadPlugin);
