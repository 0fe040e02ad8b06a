import { assertionWords, presented } from "./entra-assertions";
import { entraSenders } from "./entra-requests";
import { refusalsOf } from "./refusal";

/** Entra's refusals, in the emulator as well. */
export const entraRefusals = refusalsOf("entra", { ...entraSenders, presented }, assertionWords);

/** The OAuth error of each number. */
const errors: Readonly<Record<string, readonly number[]>> = {
  access_denied: [65004, 650052],
  invalid_client: [65005, 650053, 650056, 700021, 700023, 700024, 700027, 5002738, 7000215, 7000218, 7000222],
  invalid_grant: [50034, 50057, 50105, 50173, 65001, 70000, 70008, 90099, 500112, 501481, 700007, 700082],
  invalid_request: [28000, 50059, 90023, 501491, 900023, 900144, 900382, 900561, 901002, 9002313],
  invalid_resource: [500011, 500014, 650057],
  invalid_scope: [70011, 1002012],
  invalid_tenant: [90002],
  login_required: [50058],
  unauthorized_client: [700016, 7000112, 7000229],
  unsupported_grant_type: [70003],
  unsupported_response_mode: [70007],
  unsupported_response_type: [700051],
};

/** Expects all that a refusal has in its place: on a page, sent back to the application, or as JSON. */
export function expectForm(text: string, location: string | null): void {
  if (/<!doctype html>/u.test(text)) {
    expect([location, text]).toEqual([null, expect.stringContaining("<h1>Sign-in is not possible</h1>")]);
    return;
  }
  const query = location === null ? {} : Object.fromEntries(new URL(location).searchParams);
  const given: Record<string, unknown> = location === null ? (JSON.parse(text) as Record<string, unknown>) : query;
  const number = Number(/^AADSTS(\d+): /u.exec(String(given["error_description"]))?.[1]);
  if (location !== null) expect(given["state"]).toBe("the-state");
  if (!Number.isNaN(number)) {
    expect(errors[String(given["error"])]).toContain(number);
    expect(given["error_uri"]).toMatch(new RegExp(`/error\\?code=${number}$`, "u"));
    if (location === null) expect(given["error_codes"]).toEqual([number]);
  }
}
