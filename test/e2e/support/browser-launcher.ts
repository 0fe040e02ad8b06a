/** A BROWSER command that opens nothing, but passes its address to the test. */
import { existsSync } from "node:fs";
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

export class BrowserLauncher {
  private constructor(
    readonly command: string,
    private readonly told: string,
  ) {}

  static async in(folder: string): Promise<BrowserLauncher> {
    const command = join(folder, "browser-launcher");
    const told = join(folder, "told-address");
    // Renamed when it is complete, so that no incomplete address is read.
    const script = `#!/bin/sh\nprintf %s "$1" > '${told}.new' && mv '${told}.new' '${told}'\n`;
    await writeFile(command, script, { mode: 0o755 });
    return new BrowserLauncher(command, told);
  }

  async nextAddress(): Promise<string> {
    const deadline = Date.now() + 60_000;
    while (!existsSync(this.told)) {
      if (Date.now() > deadline) throw new Error("BROWSER was not started within 60 s.");
      await pause(30);
    }
    const address = await readFile(this.told, "utf8");
    await rm(this.told);
    return address;
  }
}
