/** The ports that the page shows, and those that are theirs on this machine. */
import type { Stage } from "./stage";

/** The embedded cloud's first port, as docs/embedded-cloud.md has it. */
const firstPort = 24_000;
/** More than all its clouds take together. */
const portCount = 64;
const signInPort = 8401;

export class PagePorts {
  /** Page → stage. */
  readonly #ports: ReadonlyMap<number, number>;

  constructor({ cloud, signInPort: actual }: Pick<Stage, "cloud" | "signInPort">) {
    const first = Number(new URL(cloud.ready.url).port);
    const block = Array.from({ length: portCount }, (_, index) => [firstPort + index, first + index] as const);
    this.#ports = new Map([...block, [signInPort, actual]]);
  }

  toStage(text: string): string {
    return replaced(text, this.#ports);
  }

  toPage(text: string): string {
    return replaced(text, new Map([...this.#ports].map(([page, stage]) => [stage, page])));
  }
}

/** Only behind a host, in an address's parameter too, or `--port`: the same digits may mean something else elsewhere. */
function replaced(text: string, ports: ReadonlyMap<number, number>): string {
  return text.replace(/(?<=(?:127\.0\.0\.1|localhost)(?::|%3A)|--port |[Pp]ort )\d{4,5}\b/gu, (port) =>
    String(ports.get(Number(port)) ?? port),
  );
}
