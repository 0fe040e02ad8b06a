/** How `status` prints results: for people sorted by name, as one JSON document, or immediately as one JSON document a line. */
import { type FindingDocument, findingDocument } from "../report/finding";
import { printData, printJsonLine } from "../terminal/output";
import { linesOf, type Look, type Row, rowOf } from "./lines";
import type { ProbeDocument } from "./probe-document";
import { isToken, type JudgedEntry, type JudgedSecret, type JudgedToken, messageOf } from "./verdicts";

export interface Printer {
  one(found: JudgedEntry): Promise<void> | void;
  /** @param all the results for the vault as a whole; `text` is printed first for people */
  end(all: { json: object; text: string }): Promise<void> | void;
}

const byName = (one: { name: string }, other: { name: string }): number => (one.name < other.name ? -1 : 1);

/** Keeps only the text of each entry, until the longest name is known. */
export function textPrinter(look: Look): Printer {
  const [tokens, clientSecrets]: [Row[], Row[]] = [[], []];
  return {
    one: (found) => {
      (isToken(found) ? tokens : clientSecrets).push(rowOf(found, look));
    },
    end: ({ text }) => {
      const lines = linesOf([...tokens.sort(byName), ...clientSecrets.sort(byName)], look);
      printData([text, ...lines].join("\n"), undefined);
    },
  };
}

export function jsonPrinter(): Printer {
  const tokens: TokenDocument[] = [];
  const clientSecrets: SecretDocument[] = [];
  return {
    one: (found) => {
      if (isToken(found)) tokens.push(tokenDocument(found));
      else clientSecrets.push(secretDocument(found));
    },
    end: ({ json }) => {
      const { issue, posted, errors, ...about } = json as Record<string, unknown>;
      printData("", { ...about, tokens: tokens.sort(byName), clientSecrets, issue, posted, errors });
    },
  };
}

/** `type` is the kind of a line: token, clientSecret, and at the end vault. Nothing is kept in memory. */
export function lineByLine(): Printer {
  const counts = { tokens: 0, clientSecrets: 0 };
  return {
    one: async (found) => {
      counts[isToken(found) ? "tokens" : "clientSecrets"] += 1;
      await printJsonLine(
        isToken(found)
          ? { type: "token", ...tokenDocument(found) }
          : { type: "clientSecret", ...secretDocument(found) },
      );
    },
    end: async ({ json }) => {
      await printJsonLine({ type: "vault", ...json, ...counts });
    },
  };
}

/** Names as a script reads them; what only people look at is left out. */
type EntryDocument = FindingDocument &
  Pick<JudgedEntry, "name" | "health" | "daysLeft" | "ageDays" | "createdOn" | "expiresOn">;
export type SecretDocument = EntryDocument & { inUse: boolean };
export type TokenDocument = EntryDocument &
  Record<"tenant" | "account" | "consentedOn" | "clientSecret", string> & { probe: ProbeDocument | null };

export const tokenDocument = (one: JudgedToken): TokenDocument => ({
  tenant: one.tenantId,
  ...entryDocument(one),
  account: one.accountName,
  consentedOn: one.consentedOn,
  clientSecret: one.clientSecretName,
  probe: one.probe ?? null,
});

export const secretDocument = (one: JudgedSecret): SecretDocument => ({ inUse: one.inUse, ...entryDocument(one) });

const entryDocument = (one: JudgedEntry): EntryDocument => {
  const { name, health, daysLeft, ageDays, createdOn, expiresOn } = one;
  return { name, health, daysLeft, ageDays, createdOn, expiresOn, ...findingDocument(one), message: messageOf(one) };
};
