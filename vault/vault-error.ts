/** What a vault refuses, in this project's terms. */
import type { RestError } from "@azure/core-rest-pipeline";
import {
  az,
  byPerson,
  Failure,
  type Fix,
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

/** Carries status, code and request id of the answer, never the request: its body holds the secret. */
export class VaultError extends Failure {
  constructor(
    readonly reason: VaultReason,
    said: Parts | string,
    ...more: readonly Fix[]
  ) {
    super(`vault-${reason}`, said, ...more);
  }
}

/** Importing the SDK for it would load it where no vault is asked. */
function isRestError(error: unknown): error is RestError {
  return error instanceof Error && error.name === "RestError";
}

/** The wanted part of Key Vault's. */
interface RefusalBody {
  error?: { code?: string; innerError?: { code?: string } };
}

const reasons: Readonly<Record<string, VaultReason>> = {
  ForbiddenByRbac: "no-role",
  ForbiddenByFirewall: "firewall",
  ForbiddenByConnection: "closed",
  SecretDisabled: "disabled",
  SecretNotFound: "not-found",
  ObjectIsDeletedButRecoverable: "deleted",
  ObjectIsBeingRecovered: "recovering",
  ObjectIsBeingDeleted: "recovering",
  // Without a code that is known, the status tells.
  403: "no-role",
  404: "not-found",
};

const fixOf = {
  /** No role at the data plane, or none yet. */
  "no-role": sentence("Assign the role and wait: it takes up to 15 minutes to take effect (docs/runbook.md, roles)."),
  firewall: run("Add this machine's address", setSetting("vault.networkRules.ipRules[0]", "<address>")),
  /** No public network access: by its owner, or by a policy. */
  closed: sentence(
    "Its owner, or an Azure Policy, closed it to the public network: run this where a private endpoint or a trusted network of the vault " +
      "reaches it (docs/runbook.md, a vault that is closed).",
  ),
  "not-found": run("Check the vault's URI and the secret's name; this puts it there", pulumi("up")),
  disabled: run("Enable its newest version, or consent again", ownCommand("consent", "--force")),
  /** Soft-deleted and recoverable. */
  deleted: run("Recover it", az("keyvault", "secret", "recover", "--vault-name", "<vault>", "--name", "<secret>")),
  recovering: sentence("Try again in a minute."),
  /** Its name has no address: a new vault's for minutes. */
  unresolved: byPerson("Check that the vault exists", az("keyvault", "show", "--name", "<vault>")),
  unreachable: byPerson("Check that the vault exists", az("keyvault", "show", "--name", "<vault>")),
  other: sentence("Try again; if it stays, give the request id to Azure support."),
} satisfies Record<string, Fix>;

/** @param what what was being done, e.g. "Reading secret x of https://…" */
export function asVaultError(what: string, error: unknown): Error {
  if (error instanceof VaultError || error instanceof CredentialError) return error;
  // The SDK trips over an answer without a body, such as a proxy's.
  if (error instanceof TypeError) {
    return new VaultError("other", `${what} failed: the answer was no vault's.`, networkFix, fixOf.unreachable);
  }
  if (error instanceof HttpFailure) {
    // It exists where it shows a certificate.
    const told = error.named("the vault", ...(error.reason === "certificate" ? [] : [fixOf.unreachable]));
    return new VaultError(error.reason === "unresolved" ? "unresolved" : "unreachable", {
      ...partsOf(told),
      what: `${what} failed: ${told.what}`,
    });
  }
  // What is no answer of the vault is one of the credential.
  if (!isRestError(error)) return credentialError(what, "the vault", error);
  const { statusCode = "", response, details } = error;
  const { code = "", innerError } = (details as RefusalBody | undefined)?.error ?? {};
  const reason = reasons[innerError?.code ?? ""] ?? reasons[code] ?? reasons[statusCode] ?? "other";
  const id = response?.headers.get("x-ms-request-id");
  const answer = `${statusCode} ${innerError?.code ?? code}`.trim();
  return new VaultError(reason, `${what} failed: ${answer}${id ? ` (request ${id})` : ""}.`, fixOf[reason]);
}

/** The SDK's pager drops the body of a refusal, and with it the reason. */
export function isRefusalWithoutReason(error: unknown): boolean {
  return isRestError(error) && error.statusCode === 403 && error.details === undefined;
}
