import { credentialRefusals } from "../../lib/application/credential-refusals";
import { fixDocument } from "../../lib/errors/document";
import { byPerson, ownCommand, present } from "../../lib/errors/failure";
import { fixLines } from "../../lib/errors/text";
import { aadsts } from "../../lib/oauth/aadsts";
import { customerCodes } from "../../lib/oauth/aadsts-codes/customer";
import { deployerCodes } from "../../lib/oauth/aadsts-codes/federation";
import type { AadstsEntry } from "../../lib/oauth/remedies";
import { partnerCenterNumbers } from "../../lib/partner-center/errors";
import { failureIn } from "./support/failure-document";
import { commandHere } from "./support/command-here";

type Entry = Pick<AadstsEntry, "meaning" | "why" | "fixes">;

/** In the format of `explain`. */
function textOf(name: string, entry: Entry | undefined): string {
  const { meaning, why, fixes } = present(entry, `There is no entry ${name}.`);
  return [`${name}: ${meaning}`, why, ...fixLines(fixes)].join("\n  ");
}
const here = (code: number) => textOf(`AADSTS${code}`, aadsts[code]);
const there = (code: number) => textOf(`AADSTS${code} in a customer's tenant`, customerCodes[code]);
const ofDeployer = (code: number) => textOf(`AADSTS${code} of the deployer's own sign-in`, deployerCodes[code]);
const partnerCenter = textOf("Partner Center 900421", partnerCenterNumbers[900421]);
const refusal = (code: string) => textOf(code, credentialRefusals[code]);

const notConsented = `${here(65001)}\n\n${there(65001)}`;

test.each<[string, string]>([
  ["65001", notConsented],
  ["AADSTS65001", notConsented],
  ["aadsts65001", notConsented],
  ["AADSTS65001: The user or administrator has not consented to use the application. Trace ID: 0f", notConsented],
  ["invalid_grant: Error(s): 65001 - Timestamp: 2026-11-24", notConsented],
  ['{"error":"invalid_grant","error_codes":[65001]}', notConsented],
  // Nothing in the text says whose secret it is.
  ["AADSTS7000215: Invalid client secret provided.", `${here(7000215)}\n\n${ofDeployer(7000215)}`],
  // Only a customer's tenant gives it.
  ["AADSTS50177", there(50177)],
  ["900421", partnerCenter],
  ["Listing the customers was refused: 401, code 900421. The access token shows no factor", partnerCenter],
  ['{"code":900421,"description":"MFA required","data":[]}', partnerCenter],
  ['{"code": "900421"}', partnerCenter],
  [
    'Adding password for Application (Application: "1"): unexpected status 400 with error: CredentialTypeNotAllowedAsPerAppPolicy: …',
    refusal("CredentialTypeNotAllowedAsPerAppPolicy"),
  ],
  ["Credential type not allowed as per assigned policy '0'.", refusal("CredentialTypeNotAllowedAsPerAppPolicy")],
  ["CredentialInvalidLifetimeAsPerAppPolicy", refusal("CredentialInvalidLifetimeAsPerAppPolicy")],
  [
    "The newly added URI https://partner.example/x must comply with the format 'api://{appId}' or 'api://{tenantId}/{appId}' as per the default app management policy of your organization.",
    refusal("nonDefaultUriAddition"),
  ],
  ...[
    "The redirect URI urn:ietf:wg:oauth:2.0:oob has a scheme that is blocked as per assigned policy '0'.",
    "Blocked by the app management policy of your organization: redirectUris",
  ].map((words): [string, string] => [words, refusal("uriWithBlockedScheme")]),
  ["Sign-in audience AzureADMultipleOrgs is not allowed as per assigned policy '0'.", refusal("azureAdMultipleOrgs")],
])("%s: what it means here, why, and what fixes it; as an argument, and piped", async (words, text) => {
  const said = { code: 0, stdout: `${text}\n`, stderr: "" };
  expect(await commandHere(["explain", ...words.split(" ")])).toEqual(said);
  if (!/^\d+$/u.test(words)) expect(await commandHere(["explain"], words)).toEqual(said);
});

test("behind a number, what is none is no text that holds one", async () => {
  const { code, stderr } = await commandHere(["explain", "AADSTS65001", "nonsense"]);
  expect([code, stderr]).toEqual([
    2,
    "error: Not every word is an AADSTS number.\n  Name numbers alone, or put a text in quotes.\n",
  ]);
  expect(await commandHere(["explain", "AADSTS65001 nonsense"])).toMatchObject({ code: 0 });
});

test.each(["AADSTS65001 50173", "65001, aadsts50173"])(
  "%s: arguments that are only numbers, each of them",
  async (words) => {
    const stdout = `${notConsented}\n\n${here(50173)}\n`;
    expect(await commandHere(["explain", ...words.split(" ")])).toEqual({ code: 0, stdout, stderr: "" });
  },
);

test("a piped log: every distinct number in it, in order, and nothing else of it", async () => {
  const token = "eyJhbGciOiJSUzI1NiJ9.eyJhdWQiOiJjYW5hcnkifQ.c2lnbmF0dXJlLWNhbmFyeQ";
  const log = [
    `Authorization: Bearer ${token}`,
    "error: AADSTS50076: you must use multi-factor authentication",
    "refresh_token=0.AXcAcanary-123456789",
    '{"error_codes": [90038, 50076]}',
    `again AADSTS50076 with ${token} 7000215`,
    "error: Listing the customers was refused: 401, code 900421. AADSTS50076 was before",
    "code 404213",
  ].join("\r\n");
  const { code, stdout, stderr } = await commandHere(["explain"], log);
  expect([code, stdout, stderr]).toEqual([
    0,
    `${[here(50076), there(50076), here(90038), partnerCenter].join("\n\n")}\n`,
    "",
  ]);
});

test("as JSON an array, with what kind of number it is", async () => {
  const { code, stdout } = await commandHere(["explain", "--json", "AADSTS7000222 and AADSTS999999"]);
  const both = {
    AADSTS7000222: aadsts[7000222],
    "AADSTS7000222 of the deployer's own sign-in": deployerCodes[7000222],
  };
  expect([code, JSON.parse(stdout)]).toEqual([
    1,
    [
      ...Object.entries(both).map(([name, entry]) => ({
        ...{ code: name, known: true, meaning: entry?.meaning, why: entry?.why },
        fix: fixLines(entry?.fixes ?? []).join("\n"),
        fixes: entry?.fixes.map((fix) => fixDocument(fix)),
      })),
      {
        code: "AADSTS999999",
        known: false,
        meaning: null,
        why: null,
        fix: "1. Microsoft's description: https://login.microsoftonline.com/error?code=999999\n2. See whether a precondition is missing: secure-app-model doctor",
        fixes: [
          {
            text: "Microsoft's description: https://login.microsoftonline.com/error?code=999999",
            byPerson: true,
            commands: [],
          },
          fixDocument(byPerson("See whether a precondition is missing", ownCommand("doctor"))),
        ],
      },
    ],
  ]);
});

test("a number that is not known is said to be unknown, with what to do: exit code 1", async () => {
  const { code, stdout } = await commandHere(["explain", "999999"]);
  expect(code).toBe(1);
  expect(stdout).toMatch(/^AADSTS999999: not in this catalogue\n {2}1\. Microsoft's description: /u);
});

test.each([
  ["an argument", ["canary eyJ0.secret"], ""],
  ["a log", [], "a log of eyJ0.secret canary 12345678\n"],
])(
  "%s without a number: exit code 1, JSON where that was asked for, and nothing of it repeated",
  async (_, argv, input) => {
    const what = "This text has no AADSTS number, so there is nothing to look up.";
    const fixes = [
      "Errors of this command and of the vault have their own fixes.",
      "Check everything: secure-app-model doctor",
    ];
    expect(await commandHere(["explain", ...argv], input)).toEqual({
      code: 1,
      stdout: "",
      stderr: `error: ${what}\n  1. ${fixes[0]}\n  2. ${fixes[1]}\n`,
    });
    const message = [what, ...fixes].join(" ");
    const json = await commandHere(["explain", "--json", ...argv], input);
    expect([json.code, failureIn(json.stdout)]).toMatchObject([1, { code: "no-aadsts-number", message, exitCode: 1 }]);
  },
);
