import { cachedEngine } from "./engine-cache";
import { engineVariable, engineVersions } from "./versions";

/** The attempts, in order, and why each failed. */
export interface Attempt {
  readonly what: string;
  readonly reason: string;
}

/** No engine could be found or made; the message lists what was tried and the ways to get one. */
export class NoEngineError extends Error {
  constructor(
    readonly attempts: readonly Attempt[],
    cacheDirectory: string,
  ) {
    const { pulumi, oldestFit } = engineVersions;
    const tried = attempts.map(({ what, reason }) => `  ${what}: ${reason.replaceAll("\n", "\n    ")}`);
    const lines = [
      "No Pulumi engine was found, and none could be made.",
      "Tried:",
      ...tried,
      "Any one of these gives one; then run the same command again:",
      `  - install Pulumi ${oldestFit} or later:      curl -fsSL https://get.pulumi.com | sh      (macOS: brew install pulumi/tap/pulumi)`,
      `  - install Go, and let it reach a module proxy (go env GOPROXY):      https://go.dev/doc/install`,
      `  - copy an engine from another machine and name its folder:      export ${engineVariable}=<folder with pulumi ${pulumi}>`,
      `    (there: ${cachedEngine(cacheDirectory)})`,
    ];
    super(lines.join("\n"));
    this.name = "NoEngineError";
  }
}
