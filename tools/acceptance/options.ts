/** The command-line options of `npm run acceptance`. */
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { type CloudName, cloudNames } from "../../lib/config/clouds";
import { Failure } from "../../lib/errors/failure";

export const usage = `npm run acceptance -- --stack <stack> [options]
  --stack <stack>            whose settings to use: cloud, tenant, account, region; the stack itself is not changed
  --config-file <file>       its configuration file; default: Pulumi.<stack>.yaml
  --report <folder>          for acceptance.md and acceptance.json (default: .local/acceptance-reports/<run>)
  --only <ids>               these checks alone, separated by commas, and what they need
  --other-cloud <name>       another cloud to ask about the tenant (default: none)
  --other-authority <url>    that cloud's authority, where it is not the public one
  --every-sign-in            also the checks for which the service account signs in again (default: one sign-in)
  --administrator <account>  the account that consents for the whole tenant, once in a browser (default: nobody)
  --customer <tenant>        a customer whose consent may be made and revoked (default: none)
  --with-names               leave accounts, ids and domains in the report
  --yes                      do not ask for confirmation
  --list                     print the checks, and do nothing
  --clean-up <folder>        remove what an earlier run left behind`;

export interface Options {
  stack: string | undefined;
  configFile: string | undefined;
  report: string | undefined;
  only: readonly string[] | undefined;
  otherCloud: { name: CloudName; authority: string | undefined } | undefined;
  everySignIn: boolean;
  administrator: string | undefined;
  customer: string | undefined;
  withNames: boolean;
  yes: boolean;
  list: boolean;
  cleanUp: string | undefined;
}

const text = { type: "string" } as const;
const flag = { type: "boolean", default: false } as const;

/** @throws Failure "usage" with all options */
export function optionsOf(argv: readonly string[]): Options {
  try {
    const { values } = parseArgs({
      args: [...argv],
      options: {
        stack: text,
        "config-file": text,
        report: text,
        only: text,
        "other-cloud": text,
        "other-authority": text,
        administrator: text,
        customer: text,
        "clean-up": text,
        "every-sign-in": flag,
        "with-names": flag,
        yes: flag,
        list: flag,
      },
    });
    const name = cloudNames.find((one) => one === values["other-cloud"]);
    if (values["other-cloud"] !== undefined && name === undefined)
      throw new Error(`--other-cloud is "${values["other-cloud"]}"; clouds are ${cloudNames.join(", ")}.`);
    if (values.stack === undefined && values["clean-up"] === undefined && !values.list)
      throw new Error("--stack is missing: whose settings to use.");
    return {
      stack: values.stack,
      configFile: values["config-file"] === undefined ? undefined : resolve(values["config-file"]),
      report: values.report,
      only: values.only?.split(","),
      otherCloud: name === undefined ? undefined : { name, authority: values["other-authority"] },
      everySignIn: values["every-sign-in"],
      administrator: values.administrator,
      customer: values.customer,
      withNames: values["with-names"],
      yes: values.yes,
      list: values.list,
      cleanUp: values["clean-up"],
    };
  } catch (error) {
    throw new Failure("usage", (error as Error).message);
  }
}
