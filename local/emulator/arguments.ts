import { parseArgs } from "node:util";

export interface Arguments {
  port: number;
  directory?: string;
  exitWithParent: boolean;
}

export const usage = `Usage: npm run emulator -- [--port N] [--directory D] [--exit-with-parent]

  --port N            first of the 16 ports it takes on 127.0.0.1: N sign-in and administration, N+1 Microsoft Graph,
                      N+2 Resource Manager, N+3 Partner Center, N+4 Azure AD Graph, from N+5 on one a vault.
                      0 (the default): every service takes a free port.
  --directory D       where certificate, signing keys and admin token are kept (default .local/emulator)
  --exit-with-parent  end when the process that started this one ends
`;

/** Highest first port: the block's last one must exist. */
const highestPort = 65535 - 15;

/** @returns the arguments, or what is wrong with them */
export function readArguments(parameters: readonly string[]): Arguments | { problem: string } {
  try {
    const { values } = parseArgs({
      args: [...parameters],
      options: {
        port: { type: "string", default: "0" },
        directory: { type: "string" },
        "exit-with-parent": { type: "boolean", default: false },
      },
    });
    const port = Number(values.port);
    if (!/^\d+$/.test(values.port) || port > highestPort) {
      return { problem: `--port is "${values.port}"; it is a whole number from 0 to ${highestPort}` };
    }
    const exitWithParent = values["exit-with-parent"];
    return values.directory === undefined
      ? { port, exitWithParent }
      : { port, exitWithParent, directory: values.directory };
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
}
