/** Answers that no service gives, with all that stands around a body. */
import fc from "fast-check";
import { body, text } from "./bodies";
import { guid, type HostileAnswer, origin } from "./network";

const line = text.map((one) => one.replace(/[^\x20-\x7e]/gu, " ").slice(0, 200));
const headers = fc.record(
  {
    "content-type": fc.constantFrom("application/json", "application/json; charset=utf-8", "text/html", ""),
    "retry-after": fc.oneof(
      fc.constantFrom("0", "1", "86400", "-1", "NaN", "1e999", "Thu, 01 Jan 1970 00:00:00 GMT"),
      line,
    ),
    "retry-after-ms": fc.constantFrom("0", "99999999", "x"),
    "www-authenticate": fc.oneof(
      fc.constantFrom(
        `Bearer authorization="${origin}/${guid}", resource="https://vault.azure.net"`,
        "Bearer",
        'Bearer authorization="x", resource="y"',
        'Bearer authorization="https:", resource="https:"',
        "Basic",
      ),
      line,
    ),
    location: fc.oneof(fc.constantFrom("https://elsewhere.example/x", "//", "/x", "http://[", ""), line),
    "x-ms-request-id": line,
    "x-ratelimit-remaining": fc.constantFrom("0", "1"),
    "x-ratelimit-reset": fc.constantFrom("0", "99999999999", "x"),
    ismfacompliant: fc.constantFrom("true", "False", "x"),
    "ms-continuationtoken": line,
    date: line,
  },
  { requiredKeys: ["content-type"] },
);

export const hostileAnswer: fc.Arbitrary<HostileAnswer> = fc.record({
  failure: fc.oneof(
    { weight: 400, arbitrary: fc.constant(undefined) },
    {
      weight: 20,
      arbitrary: fc.constantFrom(
        "ECONNRESET",
        "ENOTFOUND",
        "CERT_HAS_EXPIRED",
        "SELF_SIGNED_CERT_IN_CHAIN",
        "\u001b[2J",
      ),
    },
    { weight: 1, arbitrary: fc.constant("hang") },
  ),
  status: fc.oneof(
    { weight: 5, arbitrary: fc.constantFrom(200, 200, 201, 204) },
    {
      weight: 3,
      arbitrary: fc.constantFrom(301, 302, 307, 400, 401, 401, 403, 404, 407, 408, 409, 412, 429, 500, 501, 503),
    },
    { weight: 1, arbitrary: fc.integer({ min: 200, max: 599 }) },
  ),
  headers,
  body,
  cut: fc.integer({ min: 0, max: 49 }).map((one) => one === 0),
});
