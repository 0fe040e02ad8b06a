/** The tags that make the vault describe itself: names and ids, never addresses, or who writes a tag would choose where secrets are sent. */
import type { ConsentTarget } from "./target";

const keys = [
  "application",
  "tenant",
  "cloud",
  /** Object id of the account that consented. */
  "account",
  /** Its user principal name, for people. */
  "account-name",
  /** When a person last signed in for it, ISO 8601. Renewals keep it. */
  "consented-at",
  /** The credential that redeems it, as credential-reference.ts writes it: the vault secret of a client secret, or a certificate's key. */
  "client-secret",
  /** Who keeps it: {@link stackName}, or {@link noStack}. */
  "stack",
] as const;

/** As a vault lists them: anybody's. */
export type Tags = Readonly<Record<string, string>>;
export type TokenTags = Record<(typeof keys)[number], string>;

/** Reads the tags of a version; undefined when it was not stored by this project. */
export function tokenTags(tags: Tags): TokenTags | undefined {
  return keys.every((key) => typeof tags[key] === "string") ? (tags as unknown as TokenTags) : undefined;
}

/** Whether tags say that a token is the one asked about. */
export type Ours = (tags: Tags) => boolean;

/** Whether a version was stored for this application, tenant and cloud. */
export function isOurs(target: Pick<ConsentTarget, "clientId" | "tenantId" | "cloud">, tags: Tags): boolean {
  const { application, tenant, cloud } = tokenTags(tags) ?? {};
  return application === target.clientId && tenant === target.tenantId && cloud === target.cloud.name;
}

/** What the tag says of a token that the command stored where no stack had one: the next deployment takes it up. */
export const noStack = "secure-app-model consent";

/** The tag of a version that a destroy disabled: the stack that was destroyed. Who stores a token meanwhile finds it. */
export const retiredTag = "retired-by";

/** How a stack is called in tags. @param organization only Pulumi Cloud has several: other backends all say "organization" */
export function stackName(organization: string, project: string, stack: string): string {
  const own = organization === "" || organization === "organization" ? [] : [organization];
  return [...own, project, stack].join("/");
}

/** How the engine is told a stack that a tag names: of a backend without organizations by its last part alone. */
export function stackIn(named: string): string {
  const parts = named.split("/");
  return parts.length === 3 ? named : (parts.at(-1) ?? "");
}

/** Whether a token is this stack's, or nobody's yet. Tags of an earlier version name no organization. */
export function isKeptBy(stack: string, named: string): boolean {
  return isNamed(stack, named) || named === noStack;
}

/** Whether a tag names this stack. */
export function isNamed(stack: string, named: string): boolean {
  return named === stack || (named.split("/").length === 2 && stack.endsWith(`/${named}`));
}
