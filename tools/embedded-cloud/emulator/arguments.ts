import { parseArgs } from "node:util";
import { startOf } from "./clock";
import { clouds as rows, type CloudName, portsPerCloud } from "./clouds";

export interface Arguments {
  port: number;
  /** In the order of their blocks of ports. */
  clouds: CloudName[];
  directory?: string;
  exitWithParent: boolean;
  /** Milliseconds since the epoch. */
  date?: number;
}

export const usage = `Usage: npm run emulator -- [--port N] [--clouds LIST] [--directory D] [--date DAY] [--exit-with-parent]

  --port N            first of the 16 ports that each cloud takes on 127.0.0.1: N sign-in and administration,
                      N+1 Microsoft Graph, N+2 Resource Manager, N+3 Partner Center, N+4 Azure AD Graph, from N+5 on
                      one a vault; the second cloud's block follows. 0 (the default): every service takes a free port.
  --clouds LIST       the clouds to run, with commas between: AzureCloud (the default), AzureUSGovernment
  --directory D       where certificate, signing keys and admin token are kept (default .local/emulator)
  --date DAY          the day that its clock shows at the start, such as 2027-03-01 (default: today)
  --exit-with-parent  end when the process that started this one ends
`;

const cloudNames = Object.keys(rows) as CloudName[];

/** @returns the arguments, or what is wrong with them */
export function readArguments(parameters: readonly string[]): Arguments | { problem: string } {
  try {
    const { values } = parseArgs({
      args: [...parameters],
      options: {
        port: { type: "string", default: "0" },
        clouds: { type: "string", default: "AzureCloud" },
        directory: { type: "string" },
        date: { type: "string" },
        "exit-with-parent": { type: "boolean", default: false },
      },
    });
    const clouds = values.clouds.split(",");
    if (!clouds.every(isCloudName) || new Set(clouds).size < clouds.length) {
      return { problem: `--clouds is "${values.clouds}"; it is one or more of ${cloudNames.join(", ")}, each once` };
    }
    const port = Number(values.port);
    const highestPort = 65536 - portsPerCloud * clouds.length;
    if (!/^\d+$/.test(values.port) || port > highestPort) {
      return { problem: `--port is "${values.port}"; it is a whole number from 0 to ${highestPort}` };
    }
    const { directory, date: day, "exit-with-parent": exitWithParent } = values;
    const date = day === undefined ? undefined : startOf(day);
    if (Number.isNaN(date)) return { problem: `--date is "${day}", which is not a day such as 2027-03-01` };
    return {
      port,
      clouds,
      exitWithParent,
      ...(directory !== undefined && { directory }),
      ...(date !== undefined && { date }),
    };
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
}

const isCloudName = (name: string): name is CloudName => cloudNames.some((known) => known === name);
