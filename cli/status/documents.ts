/** A vault's entries for scripts, without what only people look at. */
import { messageOf } from "../../lib/errors/text";
import { type FindingDocument, findingDocument } from "../report/finding";
import type { ProbeDocument } from "./probe-document";
import { type JudgedEntry, type JudgedCredential, type JudgedToken, saidOf } from "./verdicts";

type EntryDocument = FindingDocument &
  Pick<JudgedEntry, "name" | "health" | "daysLeft" | "ageDays" | "createdOn" | "expiresOn">;
export type TokenDocument = EntryDocument &
  Record<"tenant" | "account" | "consentedOn" | "credential", string> & { probe: ProbeDocument | null };

export const tokenDocument = (one: JudgedToken): TokenDocument => ({
  tenant: one.tenantId,
  ...entryDocument(one),
  account: one.accountName,
  consentedOn: one.consentedOn,
  credential: one.credential,
  probe: one.probe ?? null,
});

export type CredentialDocument = EntryDocument & Pick<JudgedCredential, "kind" | "inUse" | "previousExpiresOn">;

export const credentialDocument = (one: JudgedCredential): CredentialDocument => ({
  kind: one.kind,
  inUse: one.inUse,
  previousExpiresOn: one.previousExpiresOn,
  ...entryDocument(one),
});

function entryDocument(one: JudgedEntry): EntryDocument {
  const { name, health, daysLeft, ageDays, createdOn, expiresOn } = one;
  return {
    name,
    health,
    daysLeft,
    ageDays,
    createdOn,
    expiresOn,
    ...findingDocument(one),
    message: messageOf(saidOf(one)),
  };
}
