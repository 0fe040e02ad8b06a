/** What is killed at random in a deployed stack, with how it is started; every command is in one of the lists (test/tooling/killed-commands.test.ts). */
import { join } from "node:path";
import type { Project } from "../../e2e/support/project";

/** The stack before the first kill: a killed run may leave no state to read. */
export interface Target {
  project: Project;
  vault: readonly string[];
}

type Argv = (target: Target) => readonly string[];

export interface OfEngine {
  program: "pulumi" | "secure-app-model";
  argv: Argv;
  /** How many of its requests change something, or a few less. */
  changes: number;
  /** When no token is there any more, until the next deployment: before it, so that it consents, or by it. */
  tokenEnds?: "before" | "by it";
}

const whole = ["--yes", "--skip-preview"];
const pulumi = (name: string, changes: number): OfEngine => ({
  program: "pulumi",
  argv: () => [name, ...whole],
  changes,
});
const about = (name: string, changes: number, ...more: string[]): OfEngine => ({
  program: "secure-app-model",
  argv: ({ project }) => [name, ...project.ofStack, ...more],
  changes,
});

/** Run by the engine: what a kill leaves is repaired, then deployed. */
export const ofEngine: Record<string, OfEngine> = {
  "pulumi up": pulumi("up", 0),
  "pulumi up, which consents": { ...pulumi("up", 3), tokenEnds: "before" },
  "pulumi destroy": { ...pulumi("destroy", 10), tokenEnds: "by it" },
  up: about("up", 0),
  rotate: about("rotate", 5, "--yes"),
  preview: about("preview", 0),
  drift: about("drift", 0),
};

const customer = ({ project }: Target): string => project.seeds.customers[0]?.domain ?? "";
const at =
  (...argv: string[]): Argv =>
  ({ vault }) => [...argv, ...vault];
const over =
  (...argv: string[]): Argv =>
  (target) => [...at(...argv)(target), "--failures", join(target.project.folder, "failures.csv")];

/** Without the engine: the same again ends as without a kill, before any repair. In this order those of customers find what they need. */
export const ofCommand: Record<string, Argv> = {
  renew: at("renew"),
  token: at("token", "graph"),
  exec: ({ vault }) => ["exec", ...vault, "--", "true"],
  status: at("status", "--probe"),
  doctor: ({ project }) => ["doctor", ...project.ofStack, "--fix", "--yes", "--probe"],
  consent: at("consent", "--force"),
  "customers list": at("customers", "list"),
  "customers consent": (target) => ["customers", "consent", customer(target), ...target.vault],
  "customers consent --all": over("customers", "consent", "--all"),
  "customers check": over("customers", "check"),
  "exec --all": (target) => [...over("exec", "--all")(target), "--", "true"],
  "customers revoke": (target) => ["customers", "revoke", customer(target), ...target.vault],
  "customers revoke --all": over("customers", "revoke", "--all", "--yes"),
  revoke: ({ project }) => [
    ...["revoke", ...project.ofStack, "--yes", "--customers"],
    join(project.folder, "reached.json"),
  ],
};

/** Why a kill of them leaves nothing in a cloud or a deployed stack. */
export const notKilled: Record<string, string> = {
  init: "makes a configuration and an empty stack, before the first deployment",
  env: "reads a stack's outputs alone",
  "report-jobs": "keeps one issue on GitHub, which the next one finds",
  ci: "sets up GitHub alone, and changes nothing that it finds there",
  explain: "prints texts alone",
  completion: "prints texts alone",
};
