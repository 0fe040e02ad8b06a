/** A vault's entries for scripts, without what only people look at. */
import { findingDocument } from "../report/finding";
import { type JudgedEntry, type JudgedSecret, type JudgedToken, messageOf } from "./verdicts";

export type TokenDocument = ReturnType<typeof tokenDocument>;

export const tokenDocument = (one: JudgedToken) => ({
  tenant: one.tenantId,
  ...entryDocument(one),
  account: one.accountName,
  consentedOn: one.consentedOn,
  clientSecret: one.clientSecretName,
  probe: one.probe ?? null,
});

export const secretDocument = (one: JudgedSecret) => ({ inUse: one.inUse, ...entryDocument(one) });

function entryDocument(one: JudgedEntry) {
  const { name, health, daysLeft, ageDays, createdOn, expiresOn } = one;
  return { name, health, daysLeft, ageDays, createdOn, expiresOn, ...findingDocument(one), message: messageOf(one) };
}
