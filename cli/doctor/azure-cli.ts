/** Azure CLI's version, where a printed line of it needs a newer one. */
import { type Command, sentence } from "../../lib/errors/failure";
import { isAtLeast } from "../../lib/startup/node-version";
import { outputOf } from "../terminal/program-output";
import { warning } from "./check";
import type { Examined } from "./examine";

/** Older ones ask Key Vault's control plane with versions of its API that are refused after that day. */
const azureCli = { oldest: "2.90.0", retires: "2027-02-27" };

/** Groups of `az keyvault` that ask the vault itself, whose API has not changed. */
const ofDataPlane = ["secret", "key", "certificate"];

const asksControlPlane = ({ program, args: [group, verb = ""] }: Command): boolean =>
  program === "az" && group === "keyvault" && !ofDataPlane.includes(verb);

/** @returns a warning if a line among the fixes asks more of this machine's Azure CLI than it does */
export async function azureCliFor(
  results: readonly Pick<Examined, "fixes">[],
  env: NodeJS.ProcessEnv,
): Promise<Examined | undefined> {
  const commands = results.flatMap(({ fixes = [] }) => fixes).flatMap((fix) => fix.commands ?? []);
  if (!commands.some(asksControlPlane)) return undefined;
  const { code, out } = await outputOf({ program: "az", args: ["version"] }, { env, timeout: 30_000 });
  const version = code === 0 ? /"azure-cli": *"([\d.]+)"/u.exec(out)?.[1] : undefined;
  const { oldest, retires } = azureCli;
  if (version === undefined || isAtLeast(version, oldest)) return undefined;
  const found = `${version}; after ${retires} the lines above of az keyvault need ${oldest} or later`;
  const update = sentence("Update it: https://learn.microsoft.com/cli/azure/update-azure-cli");
  return { name: "azure-cli", title: "Azure CLI", ...warning(found, update) };
}
