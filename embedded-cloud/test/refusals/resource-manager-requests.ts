/** Requests of Resource Manager as the deployer, for rows of the list. */
import type { Emulator } from "../../emulator/emulator";
import { askResourceManager, groupPath } from "../../testing/azure";
import type { Send } from "./refusal";
import { send, type Sent } from "./send";

/** From the origin on, with its query. */
export type Path = (cloud: Emulator) => string;

export const manager =
  (method: string, path: Path, sent: Sent = {}): Send =>
  (cloud) =>
    send(cloud, "resourceManager", `${method} ${path(cloud)}`, sent);

/** In a resource group that is there. */
export const inGroup =
  (ask: Send): Send =>
  async (cloud) => {
    await (
      await askResourceManager(cloud)
    )("PUT", groupPath(cloud), { location: "westeurope" });
    return await ask(cloud);
  };
