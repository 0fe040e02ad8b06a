/** The command `secure-app-model`, built, with a stack's own environment. */
import type { FixDocument } from "../../../lib/errors/document";
import { builtCommand, type Finished } from "../../cli/support/built-command";
import { commandHere } from "../../cli/support/command-here";
import { runsHere } from "../../cli/support/command-of-shell";
import type { Project } from "./project";

export async function secureAppModel(
  project: Project,
  argv: string[],
  environment: Record<string, string> = {},
): Promise<Finished> {
  const all = { ...project.environment, ...environment };
  return await (runsHere(all) ? commandHere : builtCommand)(argv, "", all);
}

export const aboutStack = async (project: Project, ...argv: string[]): Promise<Finished> =>
  await secureAppModel(project, [...argv, ...project.ofStack]);

export async function redeem(project: Project, resource = "partner-center", ...more: string[]): Promise<Finished> {
  const { vaultUri, cloud } = await project.outputs();
  return await secureAppModel(project, ["token", resource, "--vault", vaultUri, "--cloud", cloud, ...more]);
}

export interface DoctorResult {
  name: string;
  state: string;
  what: string;
  /** With the fixes. */
  message: string;
  fixes: FixDocument[];
}

export interface Examined {
  code: number;
  stderr: string;
  results: DoctorResult[];
  of: (name: string) => DoctorResult | undefined;
}

/** @param argv behind `doctor`; by default of the stack */
export async function doctor(project: Project, argv: string[] = project.ofStack, env = {}): Promise<Examined> {
  const { stdout, ...ended } = await secureAppModel(project, ["doctor", "--json", ...argv], env);
  const results = JSON.parse(stdout) as DoctorResult[];
  return { ...ended, results, of: (name) => results.find((one) => one.name === name) };
}

/** The `consent` that an error prints in words, without what stands before its options. */
export function printedConsent(text: string): string[] {
  const line = /secure-app-model (consent [^\n;]*)/u.exec(text)?.[1] ?? "";
  return [...line.matchAll(/'([^']*)'|(\S+)/gu)].map(([, quoted, plain]) => quoted ?? plain ?? "");
}
