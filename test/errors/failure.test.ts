import { documentOf } from "../../lib/errors/document";
import { again, az, Failure, ownCommand, present, pulumi, run, sentence, setSetting } from "../../lib/errors/failure";
import { harmless, harmlessLine } from "../../lib/errors/harmless";
import { type Invocation, printFor } from "../../lib/errors/invocation";
import { commandLine, messageOf, textOf } from "../../lib/errors/text";
import { VaultError } from "../../lib/vault/vault-error";
import { annotationOf, withoutCommands } from "../../cli/terminal/output";

const typed: Invocation = { own: "secure-app-model", shell: "posix" };
const consentAgain = run("Consent again", ownCommand("consent", "--force"));

beforeEach(() => {
  printFor(typed);
});

describe("as a text", () => {
  test("says what, why, and the fixes in their order, each command ready to paste", () => {
    const parts = {
      what: "The token has ended.",
      why: "Nobody renewed it.",
      fixes: [consentAgain, run("Rotate it", setSetting("credential.rotateEvery", "<days>d"), pulumi("up"))],
    };
    const [first, second] = [
      "Consent again: secure-app-model consent --force",
      "Rotate it: pulumi config set --path secure-application-model:credential.rotateEvery '<days>d', then pulumi up",
    ];
    expect(textOf(parts, typed)).toBe(`The token has ended. Nobody renewed it.\n  1. ${first}\n  2. ${second}`);
    expect(textOf({ ...parts, fixes: [consentAgain] }, typed)).toBe(
      `The token has ended. Nobody renewed it.\n  ${first}`,
    );
    expect(messageOf(parts, typed)).toBe(`The token has ended. Nobody renewed it. ${first}; or: ${second}`);
  });

  test.each(["echo a\necho b", "a\tb", `--secret=eyJ${"a".repeat(40)}.eyJ${"b".repeat(40)}.c`])(
    "a command with a word that printing changes is not there to paste: %j",
    (changed) => {
      const calledAgain: Invocation = { ...typed, complete: ({ args }) => ownCommand("exec", ...args, changed) };
      for (const [command, how] of [
        [ownCommand("exec", changed), typed],
        [again(), calledAgain],
      ] as const)
        expect(textOf({ what: "No.", fixes: [run("Do it", command)] }, how)).toBe("No.\n  Do it.");
    },
  );

  test("a command is there once where it would follow itself, and again where it follows others", () => {
    const fix = run("Do it", pulumi("up"), pulumi("up"), setSetting("credential.rotateEvery", "90d"), pulumi("up"));
    const lines = [
      "pulumi up",
      "pulumi config set --path secure-application-model:credential.rotateEvery 90d",
      "pulumi up",
    ];
    expect(messageOf({ what: "", fixes: [fix] }, typed)).toBe(`Do it: ${lines.join(", then ")}`);
  });

  test("a sentence follows what is said, and so does a fix behind a sentence", () => {
    const fixes = [sentence("Try again in a minute."), consentAgain];
    expect(messageOf({ what: "It failed.", fixes }, typed)).toBe(
      "It failed. Try again in a minute. Consent again: secure-app-model consent --force",
    );
  });

  test.each([
    ["posix", `az keyvault show --name 'it'\\''s $(here)' --query '<vault name>'`],
    ["powershell", `az keyvault show --name 'it''s $(here)' --query '<vault name>'`],
    ["cmd", `az keyvault show --name "it's $(here)" --query "<vault name>"`],
  ] as const)("%s gets words that it does not expand; what is to be filled in is quoted too", (shell, line) => {
    const show = az("keyvault", "show", "--name", "it's $(here)", "--query", "<vault name>");
    expect(commandLine(show, { ...typed, shell })).toBe(line);
  });

  test.each([
    ["posix", `'{"a":"b\\"}' a,b -- --x=a.b @f x/y`],
    ["fish", `'{"a":"b\\\\"}' a,b -- --x=a.b @f x/y`],
    ["pwsh", `'{"a":"b\\"}' 'a,b' '--' '--x=a.b' '@f' x/y`],
    ["powershell", `'{\\"a\\":\\"b\\\\\\"}' 'a,b' '--' '--x=a.b' '@f' x/y`],
  ] as const)("%s reads each as one word", (shell, words) => {
    const line = az('{"a":"b\\"}', "a,b", "--", "--x=a.b", "@f", "x/y");
    expect(commandLine(line, { ...typed, shell })).toBe(`az ${words}`);
  });

  test("words from outside move no cursor, turn no text around, and end", () => {
    const hostile = "a\u001b[2Jb\u202Ec\u0007d\u0085e\u200Bf\r\ng";
    expect(harmless(hostile)).toBe("a [2Jb c d e f\ng");
    expect(harmlessLine(hostile)).toBe("a [2Jb c d e f g");
    expect(harmless("x".repeat(3000))).toBe(`${"x".repeat(2000)} … (1000 more characters)`);
    const failure = new Failure("defect", hostile, run("Run", az(hostile)));
    for (const text of [failure.message, documentOf(failure).message, documentOf(failure).what])
      expect(text).not.toMatch(/[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u202E\u200B]/u);
  });
});

describe("as JSON", () => {
  test("has its parts as fields", () => {
    const failure = new Failure("token-refused", { what: "It has ended.", why: "So.", fixes: [consentAgain] });
    expect(documentOf(failure)).toEqual({
      code: "token-refused",
      what: "It has ended.",
      why: "So.",
      fixes: [
        {
          text: "Consent again",
          byPerson: false,
          commands: [
            {
              line: expect.stringMatching(/secure-app-model consent --force$/u) as string,
              program: "secure-app-model",
              args: ["consent", "--force"],
            },
          ],
        },
      ],
      message: failure.message,
    });
  });

  test.each([
    ["an error that nobody foresaw", new TypeError("x is no function"), "x is no function"],
    ["what is no error", "a text", "a text"],
    [
      "an error without a message",
      Object.assign(new Error("", { cause: new Error("gone") }), { name: "RestError", code: "X", statusCode: 500 }),
      "RestError X 500, without a message: gone",
    ],
  ])("%s is unexpected", (_, thrown, what) => {
    expect(documentOf(thrown)).toEqual({ code: "unexpected", what, why: null, fixes: [], message: what });
  });
});

test.each([
  [
    "github",
    "::set-env name=PATH::/evil",
    "::error title=secure-app-model::100 %25 wrong%0A::set-env name=PATH::/evil",
  ],
  [
    "azure-pipelines",
    "##vso[task.setvariable variable=PATH]/evil",
    "##vso[task.logissue type=error]100 %AZP25 wrong%0A# #vso[task.setvariable variable=PATH]/evil",
  ],
] as const)("in the log of %s it is one annotation, in which nothing is a command of its own", (runner, line, text) => {
  expect(annotationOf(new Failure("defect", `100 % wrong\n${line}`), runner)).toBe(text);
});

test("a text for a workflow's log keeps its words, and none of its lines is a command", () => {
  expect(withoutCommands("a ::b::\n::add-mask::c\n\t::d\n##[group]e x##[error]f")).toBe(
    "a ::b::\n: :add-mask::c\n\t: :d\n# #[group]e x# #[error]f",
  );
  expect(withoutCommands("a ##VSO[x]y")).toBe("a # #VSO[x]y");
});

test("a value that cannot be missing is a defect where it is", () => {
  expect([present("", "x"), present(0, "x"), present(false, "x")]).toEqual(["", 0, false]);
  for (const missing of [undefined, null])
    expect(() => present(missing, "The token names no tenant.")).toThrow(
      expect.objectContaining({ code: "defect", what: "The token names no tenant." }) as Error,
    );
});

test("a failure takes the codes of the registry alone", () => {
  // @ts-expect-error -- no code of the registry: one that is mistyped would have exit code 1, and no name in the documents
  expect(new Failure("consent-requird", "x").code).toBe("consent-requird");
  // @ts-expect-error -- no reason of a vault's: the codes of refusals are formed at run time
  expect(new VaultError("no-rule", "x").code).toBe("vault-no-rule");
});

test("a failure's text is made when it is read, for whom the printer is handed then", () => {
  const failure = new Failure("token-refused", { what: "It has ended.", fixes: [consentAgain] });
  printFor({ own: "npx --no secure-app-model", shell: "posix", complete: (command) => ({ ...command, args: ["x"] }) });
  expect(failure.message).toBe("It has ended. Consent again: npx --no secure-app-model x");
});
