import { withPlaceholders } from "./placeholders";

const made = "0d6d1f0a-7f1b-4c80-b1c4-9e2a5b3c7d11";
const partnerTenant = "5e1d8f6a-2c94-4b7e-8a35-7d0f1c6b9e20";
const partnerCenter = "fa3d9a0c-3fb0-42cc-9193-47c7ecd2edbd";
const jwt = [`eyJ${"a1B2".repeat(9)}`, `eyJ${"c3D4".repeat(9)}`, "e5F6".repeat(9)].join(".");
const authorize = `https://127.0.0.1:31000/${partnerTenant}/oauth2/v2.0/authorize`;

test.each<[what: string, text: string, shown: string]>([
  ["a token", `{"accessToken":"${jwt}"}`, '{"accessToken":"<token>"}'],
  ["an id that was made", `object ${made}, again ${made}`, "object <id>, again <id>"],
  ["ids that are the same in every run", `${partnerTenant} ${partnerCenter}`, `${partnerTenant} ${partnerCenter}`],
  ["a secret's version", "0123456789abcdef0123456789abcdef", "<id>"],
  ["a client secret's name", "client-secret-2027-spring-9f8e7d6c", "client-secret-2027-spring-<random>"],
  ["a certificate's name", "client-certificate-9f8e7d6c/0123", "client-certificate-<random>/0123"],
  ["a start address", "http://localhost:45123/start/meLjwN0-\n", "http://localhost:<port>/start/<random>\n"],
  [
    "ports",
    "https://127.0.0.1:31005 http%3A%2F%2Flocalhost%3A45123%2F",
    "https://127.0.0.1:<port> http%3A%2F%2Flocalhost%3A<port>%2F",
  ],
  ["a number that is no port of this machine", "AADSTS31005, 1024 to 65535", "AADSTS31005, 1024 to 65535"],
  [
    "a sign-in",
    `${authorize}?client_id=${made}&scope=a%20b&state=a1B2 x`,
    `https://127.0.0.1:<port>/${partnerTenant}/oauth2/v2.0/authorize?client_id=<id>&… x`,
  ],
  ["where it ends", "http://localhost:8400/consent?code=1.AbC-d_9&state=1-b3\n", "http://localhost:<port>/consent?…\n"],
  ["where an embedded cloud is", `--endpoints '{"authority":"https://127.0.0.1:1"}' --json`, "--endpoints … --json"],
  ["a time", '"2026-11-25T05:02:27.123Z" 2026-11-25T23:59:59Z', '"<time>" <time>'],
  ["a time as MSAL writes it", "Timestamp: 2026-11-25 03:50:04Z", "Timestamp: <time>"],
  ["a date", "ends on 2028-02-29, ends 2027-01-01", "ends on <date>, ends <date>"],
  ["a date of Microsoft's", "retired on 2024-02-29", "retired on 2024-02-29"],
  ["two years in days", '731 days left, "daysLeft":729', '<days> days left, "daysLeft":<days>'],
  ["fewer days", '89 days left, 0 days old, "daysLeft":21', '89 days left, 0 days old, "daysLeft":21'],
  ["versions", "Node.js: 24.21.0, Pulumi 3.280.1.", "Node.js: <version>, Pulumi <version>."],
  ["an address of numbers", "at 127.0.0.1 and oob:2.0", "at 127.0.0.1 and oob:2.0"],
])("%s", (_, text, shown) => {
  expect(withPlaceholders(text)).toBe(shown);
});

test.each([
  ["half a token", `eyJ${"a1B2".repeat(9)}`],
  ["a refresh token", `1.A${"a1B2-c3D_".repeat(9)}`],
])("%s is refused, and not shown whole", (_, secret) => {
  expect(() => withPlaceholders(`printed ${secret} here`)).toThrow(
    /^Something that looks like a secret would be on the page: .{8}…$/u,
  );
});
