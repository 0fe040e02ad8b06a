/** Entra's servers come to have a credential one after another: for a while half of the answers are of one that does not have a new one. */
import type { Project } from "../../e2e/support/project";

export interface Late {
  refused: number;
  /** Of each stored version of the record, how often in a row its credential was taken before. */
  takenBefore: number[];
}

/** @param milliseconds since a credential was first presented; the first of all counts as old */
export async function beLate(project: Project, milliseconds: number): Promise<Late> {
  const { applicationId, credential: record } = await project.outputs();
  const { faults } = project.emulator;
  const strike = faults.strike.bind(faults);
  const late: Late = { refused: 0, takenBefore: [] };
  const since = new Map<string, number>();
  let [inRow, last, asked] = [0, "", 0];
  faults.strike = async (struck) => {
    const { request } = struck;
    if (request.method === "PUT" && request.url.includes(`/secrets/${record.name}?`)) late.takenBefore.push(inRow);
    if (request.method !== "POST" || !request.url.includes("/oauth2/v2.0/token")) return await strike(struck);
    const form = new URLSearchParams(await request.clone().text());
    const assertion = form.get("client_assertion");
    const key = form.get("client_secret") ?? (assertion === null ? "" : thumbprintIn(assertion));
    if (form.get("client_id") !== applicationId) return await strike(struck);
    if (!since.has(key)) since.set(key, since.size === 0 ? -milliseconds : performance.now());
    const isNew = performance.now() - (since.get(key) ?? 0) < milliseconds;
    const isRefused = isNew && asked++ % 2 === 0;
    if (form.get("grant_type") === "client_credentials") {
      inRow = isRefused ? 0 : key === last ? inRow + 1 : 1;
      last = key;
    }
    if (!isRefused) return await strike(struck);
    late.refused += 1;
    return { id: "late", struck: 1, seen: 1, entra: assertion === null ? 7000215 : 700027 };
  };
  return late;
}

function thumbprintIn(assertion: string): string {
  const header = Buffer.from(assertion.split(".")[0] ?? "", "base64url").toString();
  return (JSON.parse(header) as Record<string, string>)["x5t#S256"] ?? "";
}
