/** Standard input of any length and kind: it is read only as far as it is useful. */
import { closeSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { aadsts } from "../../lib/oauth/aadsts";
import { begun } from "./support/address-elsewhere";
import { finished, type Finished, startCommand } from "./support/built-command";
import { credentialName, Stage } from "./support/stage";
import { temporaryFolder } from "../support/temporary-folder";

const folder = temporaryFolder();
let stage: Stage;
beforeAll(async () => {
  stage = await Stage.start();
});
afterAll(() => stage.emulator.close());

/** @param input a path, or the content for a file */
async function reading(argv: string[], input: string | Buffer | { path: string }): Promise<Finished> {
  const path = typeof input === "object" && "path" in input ? input.path : join(folder, "input");
  if (typeof input === "string" || Buffer.isBuffer(input)) writeFileSync(path, input);
  const descriptor = openSync(path, "r");
  try {
    return await finished(startCommand(argv, { SECURE_APP_MODEL_CLOUD: "AzureCloud" }, descriptor));
  } finally {
    closeSync(descriptor);
  }
}

const importing = ["consent", "--import", "--tenant", "x", "--vault", "https://x.vault.azure.net"];
const nothing = /^error: This text has no AADSTS number/u;
const meaning = `AADSTS65001: ${aadsts[65001]?.meaning}\n`;
const megabytes = (count: number, filler = "x") => filler.repeat(count * 1_000_000);

describe("explain", () => {
  test.each<[string, string | Buffer | { path: string }, RegExp]>([
    [
      "zeros without an end",
      { path: "/dev/zero" },
      /^Only the first 100 MB of standard input were read\.\nerror: This text has no AADSTS number/u,
    ],
    ["noise without an end", { path: "/dev/urandom" }, /^Only the first 100 MB of standard input were read\.\n/u],
    ["nothing", { path: "/dev/null" }, nothing],
    ["a line of 10 MB", megabytes(10), nothing],
    ["a folder", { path: "/" }, nothing],
  ])("%s ends, in words", async (_, input, message) => {
    const { stderr, ...rest } = await reading(["explain"], input);
    if (!_.startsWith("noise")) expect(rest.stdout).toBe("");
    expect(stderr).toMatch(message);
    expect(stderr.length).toBeLessThan(1000);
  });

  test.each([
    ["deep in one line", `${megabytes(3)} AADSTS65001: ${megabytes(3)}`],
    ["at the very end, without a line's end", `${megabytes(1, "a\n")}AADSTS65001`],
    ["behind bytes that are no text", Buffer.concat([Buffer.from([0xff, 0xfe, 0, 0x80]), Buffer.from("AADSTS65001")])],
    ["in lines that end as on Windows", "x\r\nerror AADSTS65001: y\r\n"],
  ])("a number %s is found", async (_, input) => {
    const { code, stdout, stderr } = await reading(["explain"], input);
    expect([code, stderr, `${stdout.split("\n", 1)[0]}\n`]).toEqual([0, "", meaning]);
  });

  test("a number is whole wherever what is read at once ends", async () => {
    // Every position of the number relative to every block's end.
    const blocks = Array.from({ length: 64 }, (_, at) => `${"x".repeat(65_536 - 4 + (at % 16))}AADSTS65001`).join("");
    const { stdout } = await reading(["explain"], blocks);
    expect(stdout.split("\n").filter((line) => line.startsWith("AADSTS65001:"))).toEqual([meaning.trim()]);
  });

  test("more numbers than anybody reads are cut", async () => {
    const many = Array.from({ length: 5000 }, (_, index) => `AADSTS${1_000_000 + index}`).join(" ");
    const { stdout, stderr } = await reading(["explain", "--json"], many);
    expect((JSON.parse(stdout) as unknown[]).length).toBe(100);
    expect(stderr).toBe("Only the first 100 different numbers are explained.\n");
  });
});

describe("consent --import", () => {
  const tooLong =
    /^error: Standard input holds more than 64 KB, and a refresh token has at most 16 KB\. Nothing was stored\./u;
  test.each<[string, string | Buffer | { path: string }, RegExp]>([
    ["zeros without an end", { path: "/dev/zero" }, tooLong],
    ["a file of 10 MB", megabytes(10), tooLong],
    ["blanks and a token behind them", `${megabytes(1, " ")}0.AXcA`, tooLong],
    [
      "more than any token",
      "x".repeat(20_000),
      /^error: Standard input holds no refresh token that Entra could have issued/u,
    ],
    ["bytes that are no text", Buffer.from([0xff, 0xfe, 0x80, 0x81]), /^error: Standard input holds no refresh token/u],
    ["a folder", { path: "/" }, /^error: Standard input was empty\./u],
    ["nothing", { path: "/dev/null" }, /^error: Standard input was empty\./u],
  ])("%s is refused before anything is asked", async (_, input, message) => {
    const { code, stdout, stderr } = await reading(importing, input);
    expect([code === 2 || code === 3, stdout]).toEqual([true, ""]);
    expect(stderr).toMatch(message);
    expect(stderr.length).toBeLessThan(1000);
  });

  test.each([
    ["without a line's end", ""],
    ["with one as on Windows", "\r\n"],
  ])("a token %s is taken", async (_, end) => {
    const { application, tenantId } = stage;
    const argv = ["--tenant", tenantId, "--client-id", application.clientId, "--credential", credentialName];
    const token = await stage.refreshToken();
    const { code, stderr } = await stage.run(["consent", "--import", ...argv], {}, `${token}${end}`);
    expect([code, stderr]).toEqual([0, ""]);
  });
});

test("a sign-in whose input never comes to a line keeps its memory, and waits for the browser", async () => {
  const zeros = openSync("/dev/zero", "r");
  const { application, tenantId } = stage;
  const argv = ["--tenant", tenantId, "--client-id", application.clientId, "--credential", credentialName];
  const { child, end } = await begun(stage, ["consent", "--force", ...argv], {}, zeros);
  try {
    await new Promise((resolve) => setTimeout(resolve, 1500));
    expect(child.exitCode).toBeNull();
    const kilobytes = Number(/^VmHWM:\s+(\d+)/mu.exec(readFileSync(`/proc/${child.pid}/status`, "utf8"))?.[1]);
    expect(kilobytes).toBeLessThan(400_000);
  } finally {
    closeSync(zeros);
    child.kill("SIGKILL");
    await end;
  }
});
