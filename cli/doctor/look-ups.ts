/** The look-ups of a preview, before it declares anything, called as the program calls them. */
import { findAdminAgents } from "../../lib/application/admin-agents";
import { consentType } from "../../lib/application/recorded";
import { ApiError } from "../../lib/azure/api";
import { modelName } from "../../lib/config/limits";
import { type Code, Failure, hasCode, type Parts } from "../../lib/errors/failure";
import { type Look, stateIn } from "../../program/resolve/look";
import { resolveModel } from "../../program/resolve/model";
import { namesOf } from "../engine/project";
import type { Facts } from "./facts";
import { takingBack } from "./lost-state";

export interface LookedUp {
  /** The end of such a preview. */
  refusal?: { code: Code; parts: Parts };
  warnings: readonly string[];
  /** Whether the stack's vault is deleted, and this run would recover it. */
  isVaultDeleted?: boolean;
}

/** @returns undefined without a stack, and of a program of one's own, which looks up nothing @throws ApiError, and what is no Failure */
export async function lookUp(facts: Facts): Promise<LookedUp | undefined> {
  const stack = await facts.stack();
  if (stack === undefined || stack.isOwnProgram === true) return undefined;
  const warnings: string[] = [];
  const look = await lookOf(facts, stack.name, warnings);
  try {
    const { vault } = await resolveModel(modelName, look, stack.settings);
    return { warnings, isVaultDeleted: "found" in vault && vault.found.state === "deleted" };
  } catch (error) {
    if (!(error instanceof Failure) || error instanceof ApiError) throw error;
    const isLost = hasCode(error, "state-lost", "token-of-another-stack");
    const parts = isLost ? await takingBack(facts, stack, look) : undefined;
    return { refusal: { code: error.code, parts: parts ?? error }, warnings };
  }
}

async function lookOf(facts: Facts, stackName: string, warnings: string[]): Promise<Look> {
  const { resources = [] } = (await facts.deployment()) ?? {};
  const living = resources.filter((one) => one.delete !== true);
  const { organization = organizationIn(living), ...names } = namesOf(stackName, facts.engine.cwd);
  const directory = await facts.directory();
  const [only, another] = await facts.subscriptions();
  return {
    ...{ cloud: await facts.cloud(), tenantId: await facts.tenantId(), isKept: true },
    stack: { organization, ...names },
    state: stateIn(Object.fromEntries(living.map((one) => [one.urn, one]))),
    log: {
      info: () => Promise.resolve(),
      warn: (text) => Promise.resolve(void warnings.push(text)),
    },
    subscriptionId: () => Promise.resolve(another === undefined ? only : undefined),
    adminAgents: () => findAdminAgents(directory),
    requireSilence: () => undefined,
  };
}

/** The organization of a stack that is named without it, as its consent has it; "" before its first deployment. */
function organizationIn(resources: readonly { type: string; inputs?: Record<string, unknown> }[]): string {
  const consent = resources.find(({ type }) => type === consentType);
  const parts = String(consent?.inputs?.["stack"]).split("/");
  return parts.length === 3 ? (parts[0] ?? "") : "";
}
