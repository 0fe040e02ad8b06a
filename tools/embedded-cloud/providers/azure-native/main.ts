/** Process entry: `node tools/embedded-cloud/bin/providers/azure-native/main.js <engine address>`. */
import { runPlugin } from "../base/run";
import { azureNativePlugin } from "./plugin";

runPlugin(azureNativePlugin);
