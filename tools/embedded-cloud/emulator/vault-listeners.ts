import type { CloudContext } from "./cloud";
import { portsPerCloud } from "./clouds";
import { keyVaultService } from "./key-vault/service";
import { observed } from "./pipeline";
import { listen, type Listener } from "./server";
import type { CloudOptions } from "./start-cloud";

/** One listener for each vault, opened with the vault and kept until the cloud stops. */
export interface VaultListeners {
  origins: ReadonlyMap<string, string>;
  open: (name: string) => Promise<string>;
  close: () => Promise<void>;
}

/** The cloud's block of ports has none left. */
export class NoPortLeftError extends Error {}

/**
 * @param context passed as a function, because the context contains these listeners
 * @param firstSlot the number of ports in the cloud's block before those of the vaults
 */
export function createVaultListeners(
  { name: cloud, port, certificate, pipeline }: CloudOptions,
  context: () => CloudContext,
  firstSlot: number,
): VaultListeners {
  const opened = new Map<string, Promise<Listener>>();
  const origins = new Map<string, string>();
  const slots = new Map<string, number>();
  const takeSlot = (vault: string): number => {
    const taken = new Set(slots.values());
    let slot = firstSlot;
    while (taken.has(slot)) slot += 1;
    slots.set(vault, slot);
    return slot;
  };
  const openNext = async (vault: string, slot: number): Promise<Listener> => {
    if (port !== 0 && slot >= portsPerCloud) {
      throw new NoPortLeftError(
        `vault ${vault}: ${cloud} has ${portsPerCloud} ports (${port} to ${port + portsPerCloud - 1}) and all are in use: ` +
          `${portsPerCloud - firstSlot} names of vaults have one each until the process ends. ` +
          `Start the emulator with --port 0, which gives every vault a free port.`,
      );
    }
    const app = keyVaultService(context(), vault);
    const answer = observed(pipeline, cloud, "keyVault", (request, bindings) => app.fetch(request, bindings));
    const listener = await listen(port === 0 ? 0 : port + slot, `vault ${vault}`, certificate, answer);
    origins.set(vault, listener.origin);
    return listener;
  };
  return {
    origins,
    open: async (name) => {
      const vault = name.toLowerCase();
      const listener = opened.get(vault) ?? openNext(vault, takeSlot(vault));
      opened.set(vault, listener);
      try {
        return (await listener).origin;
      } catch (error) {
        opened.delete(vault);
        slots.delete(vault);
        throw error;
      }
    },
    close: async () => {
      const listeners = await Promise.allSettled(opened.values());
      await Promise.all(
        listeners.map((result) => (result.status === "fulfilled" ? result.value.close() : Promise.resolve())),
      );
    },
  };
}
