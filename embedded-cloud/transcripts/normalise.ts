/** What differs from run to run, and no token or secret, becomes what the page shows in its place. */
import * as firstParty from "../emulator/first-party";
import { onPageDay } from "./dates";
import { PagePorts } from "./page-ports";
import type { Stage } from "./stage";

const versions = { node: "24.21.0", engine: "3.274.1" };
/** The id in the names that `--help` has. */
const idOfHelp = "1a2b3c4d";
/** Parameters of a sign-in's address that are new each time, or of this machine. A `code` that is a number is an AADSTS number. */
const random =
  /(?<=[?&](?:state|nonce|code|code_challenge|session_state|client-request-id|x-client-[\w-]+)=)(?!\d+[,\s])[^&\s"']+/giu;
/** All that follows is a thousand characters for browsers. */
const signInParameters = /(?<=\/authorize\?client_id=[\da-f-]{36}&)[^\s"']+/gu;
const guid = /\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/giu;

/** Keeps count over the whole page: what was made in one section keeps its name in the next. */
export class Normaliser {
  readonly #ids: ReadonlyMap<RegExp, (id: string) => string>;
  readonly #exact: readonly (readonly [string, string])[];
  readonly #ports: PagePorts;

  constructor(
    stage: Pick<Stage, "cloud" | "engine" | "clone" | "repository" | "outputs" | "signInPort">,
    /** `YYYY-MM-DD`, UTC. */
    private readonly today: string,
  ) {
    this.#ports = new PagePorts(stage);
    // Those that the embedded cloud begins with are the same in every run, and Microsoft's own everywhere.
    const fixed = new Set(JSON.stringify([stage.cloud.ready, firstParty]).match(guid) ?? []);
    const guids = numbered((n) => `aaaaaaaa-0000-4000-8000-${hex(n, 12)}`, fixed);
    for (const id of Object.values(stage.outputs)) if (typeof id === "string" && id.match(guid)?.[0] === id) guids(id);
    this.#ids = new Map([
      [guid, guids],
      [/(?<=client-secret-[a-z0-9-]+-)[0-9a-f]{8}\b/gu, numbered((n) => `aaaa${hex(n, 4)}`, new Set([idOfHelp]))],
      // Versions of a vault's secret.
      [/\b[0-9a-f]{32}\b/gu, numbered((n) => `bbbbbbbb${hex(n, 24)}`)],
    ]);
    this.#exact = [
      [stage.clone, "~/secure-application-model"],
      [stage.repository, "~/secure-application-model"],
      [process.versions.node, versions.node],
      [stage.engine.version, versions.engine],
    ];
  }

  /**
   * @param command what printed it
   * @throws Error when something that looks like a token is still there
   */
  normalise(text: string, command: string): string {
    let result = text
      .replace(/\beyJ[\w-]+\.[\w-]+\.[\w-]*/gu, "eyJ0eXAi…")
      .replace(/(?<=\/start\/)[\w-]{8}(?![\w-])/gu, "k3Xv9QpL")
      .replace(signInParameters, "…")
      .replace(random, "…")
      .replace(/\b\d+\.\d+(?= ?s\b)/gu, "0.5")
      .replace(/\b\d+(?= ms\b)/gu, "5")
      // Two years less what has passed since: it depends on leap days.
      .replace(/\b(?:729|73[01])(?= days\b)|(?<=days\w*":)(?:729|73[01])\b/giu, "730");
    for (const [actual, shown] of this.#exact) result = result.replaceAll(actual, shown);
    for (const [pattern, shown] of this.#ids) result = result.replace(pattern, shown);
    result = this.#ports.toPage(onPageDay(result, this.today));
    const left = /eyJ[\w-]{10,}|\b(?=\w*\d)(?=\w*[a-z])(?=\w*[A-Z])[\w-]{32,}/u.exec(result)?.[0];
    if (left === undefined) return result;
    throw new Error(`Something that looks like a secret would be on the page: ${left.slice(0, 8)}…, of ${command}`);
  }
}

const hex = (n: number, width: number): string => n.toString(16).padStart(width, "0");

/** Names values in the order in which they first come up. */
function numbered(name: (n: number) => string, fixed: ReadonlySet<string> = new Set()): (value: string) => string {
  const names = new Map<string, string>();
  return (value) => {
    if (fixed.has(value)) return value;
    const known = names.get(value) ?? name(names.size + 1);
    names.set(value, known);
    return known;
  };
}
