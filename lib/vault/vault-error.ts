/** A vault's refusals as this project's errors. */
import { isIP } from "node:net";
import type { PipelinePolicy, RestError } from "@azure/core-rest-pipeline";
import * as v from "valibot";
import { targetVariables } from "../config/own-variables";
import {
  again,
  az,
  byPerson,
  Failure,
  filled,
  type Fix,
  forCommand,
  ownCommand,
  type Parts,
  partsOf,
  pulumi,
  run,
  sentence,
  setSetting,
} from "../errors/failure";
import { HttpFailure, networkFix } from "../http/http-failure";
import { CredentialError, credentialError } from "../azure/credential-error";

export type VaultReason = keyof typeof fixOf;

/** Contains status, code and request id of the response, never the request: its body contains the secret. */
export class VaultError extends Failure {
  constructor(
    readonly reason: VaultReason,
    said: Parts | string,
    ...more: readonly Fix[]
  ) {
    super(`vault-${reason}`, said, ...more);
  }
}

/** A check without importing the SDK, which would load it even if no vault is used. */
function isRestError(error: unknown): error is RestError {
  return error instanceof Error && error.name === "RestError";
}

const code = v.fallback(v.string(), "");
const noWords = { code: "", innerError: { code: "" }, innererror: { code: "" } };
const inner = v.fallback(v.object({ code }), noWords.innerError);
/** The SDK renames the vault's `innererror` to `innerError`. */
const words = v.object({ code, innerError: inner, innererror: inner });
/** The relevant part of Key Vault's response; a response of another shape gives no code. */
const refusal = v.fallback(v.object({ error: v.fallback(words, noWords) }), { error: noWords });

/** Reasons by status and code together: a code has its meaning only with one status. */
const reasons: ReadonlyMap<string, VaultReason> = new Map([
  ["403 ForbiddenByFirewall", "firewall"],
  ["403 ForbiddenByConnection", "closed"],
  // A vault without role-based access: a role changes nothing there.
  ["403 AccessDenied", "access-policy"],
  ["403 SecretDisabled", "disabled"],
  // The reason for signing alone: by Key Vault's page "About keys", such a key still verifies and decrypts.
  ["403 KeyDisabled", "disabled"],
  ["403 KeyExpired", "expired"],
  ["404 SecretNotFound", "not-found"],
  // A vault that is gone while its name still resolves; not verified with Azure.
  ["404 VaultNotFound", "unresolved"],
  ["409 ObjectIsDeletedButRecoverable", "deleted"],
  ["409 ObjectIsBeingRecovered", "recovering"],
  ["409 ObjectIsBeingDeleted", "recovering"],
]);

/** While roles take effect, a 403 has one of these codes, or none. */
const ofRoles = ["ForbiddenByRbac", "Forbidden", ""];

/** The reason by the status, without a known code. Only a missing role's 403 ends when a role takes effect. */
function reasonByStatus(status: string, code: string): VaultReason {
  if (status === "403") return ofRoles.includes(code) ? "no-role" : "forbidden";
  return status === "404" ? "not-found" : "other";
}

/** The fix for hosted runners, whose addresses are in ranges that all customers' jobs share. */
export const hostedRunner = sentence(
  "A hosted runner of a CI has a different address in each job: run the job on a runner of your own, with a listed address.",
);

export const recoverDeleted = run("Recover a deleted vault, with its content", pulumi("up"));

const fixOf = {
  /** A missing role at the data plane, or a role that is not in effect yet. */
  "no-role": sentence("Assign the role and wait: it takes up to 15 minutes to take effect (docs/runbook.md, roles)."),
  firewall: [
    run(
      "Add this machine's address behind those that are there",
      setSetting("vault.networkRules.ipRules[<next number from 0>]", "<address>"),
      pulumi("up"),
    ),
    hostedRunner,
  ],
  /** Public network access that the vault's owner or a policy has disabled. */
  closed: sentence(
    "Its owner, or an Azure Policy, closed it to the public network: run this where a private endpoint or a trusted network of the vault " +
      "reaches it (docs/runbook.md, a vault that is closed).",
  ),
  "access-policy": byPerson(
    "This vault uses access policies instead of roles. Its owner adds one for this login",
    az(
      "keyvault",
      ...["set-policy", "--name", "<vault>", "--object-id", "<object id>"],
      ...["--secret-permissions", "list", "get", "set", "recover"],
    ),
  ),
  forbidden: sentence(
    "A role does not help: the code names what the vault forbids. Check the vault, the object, and what its owner set.",
  ),
  "not-found": byPerson("Check the vault's URI and the secret's name; this puts it there", pulumi("up")),
  /** The person who disabled it may have revoked it. */
  disabled: run(
    "Find out who disabled it, and why. If nothing speaks against it, consent again",
    ownCommand("consent", "--force"),
  ),
  /** A key past its expiry. */
  expired: sentence("It has ended: rotate it."),
  /** Soft-deleted and recoverable. */
  deleted: run("Recover it", az("keyvault", "secret", "recover", "--vault-name", "<vault>", "--name", "<secret>")),
  recovering: sentence("Try again in a minute."),
  /** A vault without an address: a deleted vault's name does not resolve, a new vault's only after minutes. */
  unresolved: [
    forCommand(
      `If the stack has another vault by now, name that, here and in ${targetVariables["--vault"]}`,
      pulumi("stack", "output", "vaultUri", "--stack", "<stack>"),
      again("--vault", "<uri>"),
    ),
    recoverDeleted,
  ],
  unreachable: networkFix,
  other: sentence("Try again; if it stays, give the request id to Azure support."),
} satisfies Record<string, Fix | Fix[]>;

/** A result in place of a refusal for this reason. */
const onReason =
  <T>(instead: T, reason: VaultReason) =>
  (error: unknown): T => {
    if (error instanceof VaultError && error.reason === reason) return instead;
    throw error;
  };

/** The result for an object that does not exist. */
export const absent = onReason(undefined, "not-found");

/** @param what the operation, e.g. "Reading secret x of https://…" */
export function asVaultError(what: string, error: unknown): Error {
  if (error instanceof VaultError || error instanceof CredentialError) return error;
  // The SDK throws these for a response without a body, such as a proxy's, and for one of another shape.
  if (error instanceof TypeError || error instanceof RangeError) {
    return new VaultError("other", `${what} failed: the answer is not from a vault.`, networkFix);
  }
  if (error instanceof HttpFailure) {
    // Only its name shows whether there is a vault; a network or a proxy that is down shows nothing.
    const isUnresolved = error.reason === "unresolved";
    const told = error.named("the vault", ...(isUnresolved ? fixOf.unresolved : []));
    return new VaultError(isUnresolved ? "unresolved" : "unreachable", {
      ...partsOf(told),
      what: `${what} failed: ${told.what}`,
    });
  }
  // An error that is not a response of the vault comes from the credential.
  if (!isRestError(error)) return credentialError(what, "the vault", error);
  const { statusCode, response, details } = error;
  const url = response?.request.url ?? "";
  return refusedByVault(what, url, statusCode, details, response?.headers.get("x-ms-request-id"));
}

/** Names that a request's address shows; those of the embedded cloud have no vault's name. */
function namesIn(url: string): Record<string, string | undefined> {
  const { hostname = "", pathname = "" } = URL.parse(url) ?? {};
  const [, , secret] = /^\/(?:deleted)?(secrets|certificates)\/([^/]+)/u.exec(pathname) ?? [];
  return { "<vault>": isIP(hostname) === 0 ? hostname.split(".", 1)[0] : undefined, "<secret>": secret };
}

/** @param body of the response, as JSON @param id the request's, from the response */
export function refusedByVault(
  what: string,
  url: string,
  statusCode: number | undefined,
  body: unknown,
  id?: string,
): VaultError {
  const status = String(statusCode ?? "");
  const { code, innerError, innererror } = v.parse(refusal, body).error;
  const detail = innerError.code || innererror.code;
  const known = [detail, code].map((one) => reasons.get(`${status} ${one}`)).find((one) => one !== undefined);
  const reason = known ?? reasonByStatus(status, detail || code);
  const answer = `${status} ${detail || code}`.trim();
  const why = reason === "unresolved" ? "There is no vault here: it was deleted, or the address is old." : undefined;
  const fixes = filled([fixOf[reason]].flat(), namesIn(url));
  return new VaultError(reason, { what: `${what} failed: ${answer}${id ? ` (request ${id})` : ""}.`, why, fixes });
}

/** The SDK's pager drops the body of a refusal, and the reason with it. */
export function isRefusalWithoutReason(error: unknown): boolean {
  return isRestError(error) && [403, 404].includes(error.statusCode ?? 0) && error.details === undefined;
}

/** Whether a refusal applies to the vault or the caller, whatever the request was. */
export function keepsOut(error: unknown): boolean {
  const told = asVaultError("", error);
  return (
    told instanceof VaultError &&
    ["no-role", "access-policy", "forbidden", "firewall", "closed", "unresolved"].includes(told.reason)
  );
}

/** The SDK throws for a refusal whose body is missing or no object, and its status would be lost. */
export const refusalsWithBody: PipelinePolicy = {
  name: "refusalsWithBody",
  sendRequest: async (request, next) => {
    const response = await next(request);
    return response.status < 400 || /^\s*\{/u.test(response.bodyAsText ?? "")
      ? response
      : { ...response, bodyAsText: "{}" };
  },
};

/** The vault's response, or its refusal as a value. */
export async function refusedOr<T>(answer: Promise<T>): Promise<T | VaultError> {
  return await answer.catch((error: unknown) => {
    if (error instanceof VaultError) return error;
    throw error;
  });
}

/** A version's value; undefined if another writer, which replaced it, or a person has disabled it by now. */
export async function unlessDisabled<T>(answer: Promise<T>): Promise<T | undefined> {
  return await answer.catch(onReason(undefined, "disabled"));
}
