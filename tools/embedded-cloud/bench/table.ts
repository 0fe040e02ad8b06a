/** The figures as a table, and as the page docs/benchmarks.md. */
import type { NetworkFigure } from "./network";

export interface Row {
  what: string;
  against: string;
  /** The measured value: a ratio, megabytes, seconds. */
  found: string;
  goal: string;
  /** Undefined where there is no goal. */
  reached: boolean | undefined;
}

export function ratioRow(what: string, against: string, ratio: number, most: number): Row {
  return { what, against, found: `${ratio.toFixed(2)} ×`, goal: `≤ ${most} ×`, reached: ratio <= most };
}

export function fasterRow(what: string, against: string, times: number, least: number): Row {
  return {
    what,
    against,
    found: `${times.toFixed(1)} times faster`,
    goal: `≥ ${least} times`,
    reached: times >= least,
  };
}

export function shareRow(what: string, against: string, share: number, least: number): Row {
  const percent = (number: number) => `${(number * 100).toFixed(1)} %`;
  return { what, against, found: percent(share), goal: `≥ ${least * 100} %`, reached: share >= least };
}

export function limitRow(what: string, found: number | undefined, unit: string, most: number): Row {
  const shown = found === undefined ? "not told by this system" : `${found.toFixed(0)} ${unit}`;
  return { what, against: "", found: shown, goal: `≤ ${most} ${unit}`, reached: found === undefined || found <= most };
}

/** For values where a whole number is not precise enough. */
export function fractionRow(what: string, found: number, unit: string, most: number, against = ""): Row {
  return { what, against, found: `${found.toFixed(3)} ${unit}`, goal: `≤ ${most} ${unit}`, reached: found <= most };
}

/** Requests that wait for each other, and the time of the command with them. */
export function networkRow(what: string, { inARow, most, milliseconds }: NetworkFigure): Row {
  const [goal, reached] = most === undefined ? ["", undefined] : [`≤ ${most}`, inARow <= most];
  return { what, against: "", found: `${inARow} in a row, ${(milliseconds / 1000).toFixed(2)} s`, goal, reached };
}

/** A figure without a goal. @param amount the base of the ratio, such as `152 MB` */
export function plainRow(what: string, against: string, ratio: number, amount?: string): Row {
  const found = [`${ratio.toFixed(2)} ×`, amount].filter((text) => text !== undefined).join(", ");
  return { what, against, found, goal: "", reached: undefined };
}

function verdict(reached: boolean | undefined): string {
  if (reached === undefined) return "";
  return reached ? "yes" : "**no**";
}

export function markdown(rows: readonly Row[]): string {
  const lines = rows.map(
    ({ what, against, found, goal, reached }) => `| ${what} | ${against} | ${found} | ${goal} | ${verdict(reached)} |`,
  );
  return ["| what | against | found | goal | reached |", "|---|---|---|---|---|", ...lines].join("\n");
}

export function page(rows: readonly Row[]): string {
  return `# Benchmarks

For whoever changes the code, or compares. \`npm run bench\` measures pairs, taking turns, and compares medians; it ends with 1 if a goal is missed, and \`-- --write\` writes this page. These figures come from two cores of a shared virtual machine.

<!-- prettier-ignore -->
${markdown(rows)}

The program starts sooner than an empty one because it keeps Node's compiled code (\`lib/startup/compile-cache.ts\`). Python runs [redeem.py](../tools/embedded-cloud/bench/redeem.py), with msal, azure-identity and azure-keyvault-secrets. For \`renew\` every request takes 20 ms more, as on a network, and Key Vault's limit of 300 new versions in ten seconds holds. \`customers consent --all\` runs against an emulator with ten times Partner Center's limit.
`;
}
