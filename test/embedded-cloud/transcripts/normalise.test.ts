import { Normaliser } from "../../../embedded-cloud/transcripts/normalise";
import { applicationId, stage, tenantId } from "./stage";

const made = "0d6d1f0a-7f1b-4c80-b1c4-9e2a5b3c7d11";
const partnerCenter = "fa3d9a0c-3fb0-42cc-9193-47c7ecd2edbd";
const jwt = [`eyJ${"a1B2".repeat(9)}`, `eyJ${"c3D4".repeat(9)}`, "e5F6".repeat(9)].join(".");

const cases: [what: string, text: string, shown: string][] = [
  ["a token", `${jwt}\n`, "eyJ0eXAi…\n"],
  ["a token in JSON", `{"accessToken":"${jwt}"}`, '{"accessToken":"eyJ0eXAi…"}'],
  ["the application's id", applicationId, "aaaaaaaa-0000-4000-8000-000000000001"],
  ["ids that are the same everywhere", `${tenantId} ${partnerCenter}`, `${tenantId} ${partnerCenter}`],
  ["a client secret's name", "client-secret-2027-spring-9f8e7d6c", "client-secret-2027-spring-aaaa0001"],
  ["the one of --help", "client-secret-initial-1a2b3c4d", "client-secret-initial-1a2b3c4d"],
  ["a secret's version", "0123456789abcdef0123456789abcdef", `bbbbbbbb${"1".padStart(24, "0")}`],
  ["a start address", "http://localhost:45123/start/a_B-c9dE", "http://localhost:8401/start/k3Xv9QpL"],
  ["one that ends otherwise", "http://localhost:45123/start/meLjwN0-\n", "http://localhost:8401/start/k3Xv9QpL\n"],
  ["ports of the cloud", "https://127.0.0.1:31005 and --port 45123", "https://127.0.0.1:24005 and --port 8401"],
  [
    "the address of a sign-in",
    "https://127.0.0.1:31000/t/authorize?state=a1B2&redirect_uri=http%3A%2F%2Flocalhost%3A45123%2Fconsent&nonce=c3D4&x-client-OS=linux",
    "https://127.0.0.1:24000/t/authorize?state=…&redirect_uri=http%3A%2F%2Flocalhost%3A8401%2Fconsent&nonce=…&x-client-OS=…",
  ],
  [
    "the rest of a sign-in's address",
    `https://127.0.0.1:31000/t/authorize?client_id=${partnerCenter}&scope=a%20b&state=a1B2 here`,
    `https://127.0.0.1:24000/t/authorize?client_id=${partnerCenter}&… here`,
  ],
  ["the address that a sign-in ends at", "?code=1.AbC-d_9&state=13500000-b388\n", "?code=…&state=…\n"],
  [
    "an AADSTS number in an address",
    "https://a.example/error?code=50011, then",
    "https://a.example/error?code=50011, then",
  ],
  ["digits that are no port", "AADSTS31005", "AADSTS31005"],
  ["paths", `${stage.clone}/a ${stage.repository}/b`, "~/secure-application-model/a ~/secure-application-model/b"],
  ["versions", `Node ${process.version}, Pulumi 3.280.1`, "Node v24.21.0, Pulumi 3.274.1"],
  ["durations", "took 12.34 s (0.16s), clock 37 ms off", "took 0.5 s (0.5s), clock 5 ms off"],
  ["durations that are no measurement", "within 10 minutes, 90 s", "within 10 minutes, 90 s"],
  ["two years in days", '731 days left, "daysLeft":729', '730 days left, "daysLeft":730'],
  ["a date", "ends on 2027-02-23", "ends on 2027-04-15"],
];

test.each(cases)("%s", (_, text, shown) => {
  expect(new Normaliser(stage, "2026-11-25").normalise(text, "")).toBe(shown);
});

test("an id keeps its name from one section to the next, and another gets another", () => {
  const normaliser = new Normaliser(stage, "2026-11-25");
  const other = made.replace("0d6d", "1d6d");
  expect([normaliser.normalise(`${made} ${other}`, ""), normaliser.normalise(other, "")]).toEqual([
    "aaaaaaaa-0000-4000-8000-000000000002 aaaaaaaa-0000-4000-8000-000000000003",
    "aaaaaaaa-0000-4000-8000-000000000003",
  ]);
});

test.each([
  ["half a token", `eyJ${"a1B2".repeat(9)}`],
  ["a refresh token", `1.A${"a1B2-c3D_".repeat(9)}`],
])("%s on the page is refused, and not shown whole", (_, secret) => {
  const normalise = () => new Normaliser(stage, "2026-11-25").normalise(`printed ${secret} here`, "tool --leak");
  expect(normalise).toThrow(/^Something that looks like a secret would be on the page: .{8}…, of tool --leak$/u);
});
