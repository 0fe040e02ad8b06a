/** Certificates of an application: which entries a change of the list keeps, adds and refuses. */
import { randomUUID, X509Certificate } from "node:crypto";
import type { Application, KeyCredential } from "../context";
import { invalidValue } from "./body";
import { applicationKind } from "./application-schema";
import { badRequest, GraphError } from "./errors";
import { timestamp } from "./timestamp";

/** The form in a request. */
interface WantedKey {
  keyId?: string | null | undefined;
  key?: string | null | undefined;
  displayName?: string | null | undefined;
  type: string;
  usage: string;
  startDateTime?: string | null | undefined;
  endDateTime?: string | null | undefined;
  customKeyIdentifier?: string | null | undefined;
}

/**
 * An entry without a key refers to an existing one; a new one's dates default to those of its certificate
 * (https://learn.microsoft.com/graph/api/resources/keycredential).
 *
 * @throws GraphError for a key that is not a certificate, and for dates outside of the certificate's
 */
export function storedKeys(application: Application, wanted: readonly WantedKey[]): KeyCredential[] {
  const stored = wanted.map((entry) => storedKey(application, entry));
  if (new Set(stored.map(({ keyId }) => keyId.toLowerCase())).size < stored.length) throw invalidKeys();
  return stored;
}

function storedKey(application: Application, wanted: WantedKey): KeyCredential {
  const existing = application.keyCredentials.find(({ keyId }) => keyId.toLowerCase() === wanted.keyId?.toLowerCase());
  if (typeof wanted.key !== "string") {
    if (existing === undefined) throw invalidKeys();
    return { ...existing, displayName: wanted.displayName ?? existing.displayName };
  }
  const certificate = certificateIn(Buffer.from(wanted.key, "base64"));
  const [from, until] = [certificate.validFromDate.getTime(), certificate.validToDate.getTime()];
  const [start, end] = [Date.parse(wanted.startDateTime ?? ""), Date.parse(wanted.endDateTime ?? "")];
  if (end > until) {
    throw new GraphError(400, "KeyCredentialsInvalidEndDate", "Key credential end date is invalid.");
  }
  if (start < from) {
    throw new GraphError(400, "KeyCredentialsInvalidStartDate", "Key credential start date is invalid.");
  }
  return {
    keyId: wanted.keyId ?? randomUUID(),
    displayName: wanted.displayName ?? certificate.subject,
    type: wanted.type,
    usage: wanted.usage,
    startDateTime: wanted.startDateTime ?? timestamp(from),
    endDateTime: wanted.endDateTime ?? timestamp(until),
    customKeyIdentifier: wanted.customKeyIdentifier ?? certificate.fingerprint.replaceAll(":", ""),
    hasExtendedValue: null,
    key: certificate.raw.toString("base64"),
  };
}

/** Graph accepts a certificate's DER, and the whole text of a PEM file, which the azuread provider sends. */
function certificateIn(content: Buffer): X509Certificate {
  try {
    return new X509Certificate(content);
  } catch {
    throw invalidKeys();
  }
}

const invalidKeys = (): GraphError => badRequest(invalidValue("keyCredentials", applicationKind));
