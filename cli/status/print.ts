/** How `status` prints results: for people sorted by name, as one JSON document, or immediately as one JSON document a line. */
import { printData, printJsonLine } from "../terminal/output";
import { linesOf, type Look, type Row, rowOf } from "./lines";
import type { JudgedSecret, JudgedToken } from "./verdicts";

export interface Printer {
  one(found: JudgedToken | JudgedSecret): Promise<void> | void;
  /** @param all the results for the vault as a whole; `text` is printed first for people */
  end(all: { json: object; text: string }): Promise<void> | void;
}

const isToken = (one: JudgedToken | JudgedSecret): one is JudgedToken => "tenantId" in one;
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
  const tokens: Document[] = [];
  const clientSecrets: Document[] = [];
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

type Document = Readonly<Record<string, unknown>> & { name: string };

/** Names as a script reads them; what only people look at is left out. */
export const tokenDocument = (one: JudgedToken): Document => ({
  name: one.name,
  tenant: one.tenantId,
  ...judgementOf(one),
  account: one.accountName,
  consentedOn: one.consentedOn,
  clientSecret: one.clientSecretName,
  probe: one.probe ?? null,
});

export const secretDocument = (one: JudgedSecret): Document => ({
  name: one.name,
  inUse: one.inUse,
  ...judgementOf(one),
});

const judgement = ["verdict", "health", "daysLeft", "ageDays", "createdOn", "expiresOn", "message", "fixes"] as const;

const judgementOf = (one: JudgedToken | JudgedSecret) => Object.fromEntries(judgement.map((key) => [key, one[key]]));
