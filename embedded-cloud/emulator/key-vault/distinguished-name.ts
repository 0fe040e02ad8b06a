/** Subjects of certificates as their policies write them (RFC 4514), and in DER. */
import { ia5String, objectIdentifier, sequence, set, utf8String } from "../der";

const attributes: Readonly<Record<string, { id: string; write?: (text: string) => Buffer }>> = {
  CN: { id: "2.5.4.3" },
  SERIALNUMBER: { id: "2.5.4.5" },
  C: { id: "2.5.4.6" },
  L: { id: "2.5.4.7" },
  S: { id: "2.5.4.8" },
  ST: { id: "2.5.4.8" },
  STREET: { id: "2.5.4.9" },
  O: { id: "2.5.4.10" },
  OU: { id: "2.5.4.11" },
  T: { id: "2.5.4.12" },
  DC: { id: "0.9.2342.19200300.100.1.25", write: ia5String },
  E: { id: "1.2.840.113549.1.9.1", write: ia5String },
};

/** One `CN=text`; a value stands in quotes, or has a backslash before each of its commas and quotes. */
const attribute =
  /\s*(?<type>[A-Za-z]+)\s*=\s*(?:"(?<quoted>(?:[^"\\]|\\.)*)"|(?<plain>(?:[^",+;<>\\]|\\.)+))\s*(?:,|$)/y;

/** @returns the name in DER, undefined for other texts and for attributes that are unknown here */
export function distinguishedName(text: string): Buffer | undefined {
  const parts: Buffer[] = [];
  for (attribute.lastIndex = 0; attribute.lastIndex < text.length;) {
    const found = attribute.exec(text)?.groups;
    const known = attributes[found?.["type"]?.toUpperCase() ?? ""];
    const value = (found?.["quoted"] ?? found?.["plain"]?.trim() ?? "").replace(/\\(.)/g, "$1");
    if (found === undefined || known === undefined || value === "") return undefined;
    parts.push(set(sequence(objectIdentifier(known.id), (known.write ?? utf8String)(value))));
  }
  return parts.length === 0 ? undefined : sequence(...parts);
}
