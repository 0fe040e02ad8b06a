/** Process entry: `node bin/local/providers/azuread/main.js <engine address>`. */
import { runPlugin } from "../base/run";
import { azureadPlugin } from "./plugin";

runPlugin(azureadPlugin);
