/** Entra's side of a token request, at the door of `fetch`: MSAL and discovery both go through it. */

export interface SentForm {
  url: string;
  /** The form's fields, without the ones by which MSAL counts its users. */
  form: Record<string, string>;
}

type Answer = (sent: SentForm) => { status?: number; body: object };

const telemetry = /^(x-client-|x-app-|client_info$)/u;

/** Answers every request and writes down what was sent. Undo it with `jest.restoreAllMocks()`. */
export function fakeEntra(answer: Answer): SentForm[] {
  const sent: SentForm[] = [];
  jest.spyOn(globalThis, "fetch").mockImplementation((input, init) => {
    const fields = typeof init?.body === "string" ? [...new URLSearchParams(init.body)] : [];
    const form = Object.fromEntries(fields.filter(([name]) => !telemetry.test(name)));
    // A Request is never passed here.
    const request = { url: String(input as string | URL), form };
    sent.push(request);
    const { status = 200, body } = answer(request);
    const headers = { "Content-Type": "application/json" };
    return Promise.resolve(new Response(JSON.stringify(body), { status, headers }));
  });
  return sent;
}

/** A JWT with these claims; its signature is never looked at by a client that got it over TLS. */
export function jwt(claims: object): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");
  return `${part({ alg: "RS256", typ: "JWT" })}.${part(claims)}.c2lnbmF0dXJl`;
}

/** Entra's error body, with the trace lines that every one ends in. */
export function refusal(error: string, description: string): { status: number; body: object } {
  const traces = `Trace ID: 11111111-aaaa-4bbb-8ccc-000000000001 Correlation ID: 11111111-aaaa-4bbb-8ccc-000000000002 Timestamp: 2026-11-24 10:00:00Z`;
  const number = Number(/AADSTS(\d+)/u.exec(description)?.[1]);
  const ids = {
    trace_id: "11111111-aaaa-4bbb-8ccc-000000000001",
    correlation_id: "11111111-aaaa-4bbb-8ccc-000000000002",
  };
  return { status: 400, body: { error, error_description: `${description} ${traces}`, error_codes: [number], ...ids } };
}
