/** What a vault refuses, in this project's terms. */
import { Failure, type Parts } from "../errors/failure";
import { az, type Fix, ownCommand, pulumi, run, sentence, setSetting } from "../errors/fix";
import { HttpFailure, networkFix } from "../http/http-failure";
import { CredentialError, credentialError } from "../azure/credential-error";

export type VaultReason =
  /** No role at the data plane (yet: an assignment takes up to 15 minutes to take effect). */
  | "no-role"
  | "firewall"
  | "not-found"
  | "disabled"
  /** Soft-deleted and recoverable. */
  | "deleted"
  | "recovering"
  | "unreachable"
  | "other";

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

/** The wanted part of the SDK's RestError; importing the SDK for it would load it where no vault is asked. */
interface RestError extends Error {
  statusCode?: number;
  code?: string;
  response?: { headers: { get(name: string): string | undefined } };
  details?: unknown;
}

function isRestError(error: unknown): error is RestError {
  return error instanceof Error && error.name === "RestError";
}

/** The wanted part of Key Vault's error body. */
interface ErrorBody {
  code?: string;
  innerError?: { code?: string };
}

const reasons: Readonly<Record<string, VaultReason>> = {
  ForbiddenByRbac: "no-role",
  ForbiddenByFirewall: "firewall",
  SecretDisabled: "disabled",
  SecretNotFound: "not-found",
  ObjectIsDeletedButRecoverable: "deleted",
  ObjectIsBeingRecovered: "recovering",
  ObjectIsBeingDeleted: "recovering",
};

const fixOf: Readonly<Record<VaultReason, Fix>> = {
  "no-role": sentence("Assign the role and wait: it takes up to 15 minutes to take effect (docs/runbook.md, roles)."),
  firewall: run("Add this machine's address", setSetting("vault.networkRules.ipRules[0]", "<address>")),
  "not-found": run("Check the vault's URI and the secret's name; this puts it there", pulumi("up")),
  disabled: run("Enable its newest version, or consent again", ownCommand("consent", "--force")),
  deleted: run("Recover it", az("keyvault", "secret", "recover", "--vault-name", "<vault>", "--name", "<secret>")),
  recovering: sentence("Try again in a minute."),
  unreachable: run("Check that the vault exists", az("keyvault", "show", "--name", "<vault>")),
  other: sentence("Try again; if it stays, give the request id to Azure support."),
};

/** @param what what was being done, e.g. "Reading secret x of https://…" */
export function asVaultError(what: string, error: unknown): Error {
  if (error instanceof VaultError || error instanceof CredentialError) return error;
  // The SDK trips over an answer without a body, such as a proxy's.
  if (error instanceof TypeError) {
    return new VaultError("other", `${what} failed: the answer was no vault's.`, networkFix, fixOf.unreachable);
  }
  if (error instanceof HttpFailure) {
    const { what: happened, why, fixes } = error.named("the vault");
    return new VaultError("unreachable", {
      what: `${what} failed: ${happened}`,
      why,
      fixes: [...fixes, fixOf.unreachable],
    });
  }
  // What is no answer of the vault is one of the credential.
  if (!isRestError(error)) return credentialError(what, "the vault", error);
  const reason = reasonOf(error);
  const body = bodyOf(error);
  const id = error.response?.headers.get("x-ms-request-id");
  const answer = `${error.statusCode ?? ""} ${body?.innerError?.code ?? body?.code ?? ""}`.trim();
  return new VaultError(reason, `${what} failed: ${answer}${id ? ` (request ${id})` : ""}.`, fixOf[reason]);
}

function reasonOf(error: RestError): VaultReason {
  const body = bodyOf(error);
  const named = reasons[body?.innerError?.code ?? ""] ?? reasons[body?.code ?? ""];
  if (named !== undefined) return named;
  if (error.statusCode === 403) return "no-role";
  return error.statusCode === 404 ? "not-found" : "other";
}

function bodyOf(error: RestError): ErrorBody | undefined {
  return (error.details as { error?: ErrorBody } | undefined)?.error;
}

/** The SDK's pager drops the body of a refusal, and with it the reason. */
export function isRefusalWithoutReason(error: unknown): boolean {
  return isRestError(error) && error.statusCode === 403 && error.details === undefined;
}
