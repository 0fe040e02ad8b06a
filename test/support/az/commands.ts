/**
 * `az` in place of the Azure CLI, which no machine of the tests has: it accepts the real one's lines (table.json), and sends the same requests
 * with an identity of the embedded cloud. test/soak/real-az.test.ts holds it against the real one, if that is installed.
 */
import type { Emulator } from "../../../tools/embedded-cloud/testing/emulator";
import { type Answer, askAs, type Caller } from "../../../tools/embedded-cloud/testing/callers";
import type { Ended } from "../stand-in/program";
import { AzError, readLine } from "./arguments";
import { directoryCommands } from "./directory";
import { queried, written } from "./output";
import { resourceCommands } from "./resources";

type Request = (method: string, path: string, body?: object) => Promise<unknown>;

export interface Run {
  emulator: Emulator;
  graph: Request;
  resourceManager: Request;
  vault: (origin: string, ...request: Parameters<Request>) => Promise<unknown>;
  has: (option: string) => boolean;
  /** The option's value. @throws AzError without it */
  one: (option: string) => string;
  maybe: (option: string) => string | undefined;
  all: (option: string) => readonly string[];
}

export type Commands = Readonly<Record<string, (run: Run) => Promise<unknown>>>;

const commands: Commands = { ...directoryCommands, ...resourceCommands };

/** The account of `az login`: Microsoft Graph's permissions, and the object that roles of Azure are assigned to. */
export type Identity = Pick<Caller, "oid" | "roles">;

export async function runAz(emulator: Emulator, identity: Identity, argv: readonly string[]): Promise<Ended> {
  try {
    const { command, options } = readLine(argv);
    const all = (name: string) => options.get(name) ?? [];
    const maybe = (name: string) => all(name)[0];
    const one = (name: string) => {
      const value = maybe(name);
      if (value === undefined) throw new AzError(2, `this az does nothing without --${name}`);
      return value;
    };
    const does = commands[command];
    if (does === undefined) throw new AzError(1, `this az does not do ${command}`);
    const { microsoftGraph, resourceManager } = emulator.origins;
    const answer = await does({
      ...{ emulator, one, maybe, all, has: (name) => options.has(name) },
      graph: asking(emulator, identity, microsoftGraph),
      resourceManager: asking(emulator, identity, resourceManager),
      vault: (origin, ...request) => asking(emulator, identity, origin)(...request),
    });
    return { code: 0, stdout: written(queried(answer, maybe("query")), maybe("output")), stderr: "" };
  } catch (error) {
    if (!(error instanceof AzError)) throw error;
    return { code: error.code, stdout: "", stderr: `ERROR: ${error.message}\n` };
  }
}

function asking(emulator: Emulator, identity: Identity, origin: string): Request {
  return async (method, path, body) => {
    const answer = await (await askAs(emulator, origin, identity))(method, path, body);
    if (answer.status >= 300) throw new AzError(answer.status === 404 ? 3 : 1, refusalIn(answer));
    return answer.body;
  };
}

function refusalIn({ status, body }: Answer): string {
  const { error } = (body ?? {}) as { error?: { code?: string; message?: string } };
  return `${error?.code ?? status}: ${error?.message ?? ""}`;
}
