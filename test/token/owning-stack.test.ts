import { owningStack, requireOwningStack, takeOwnership } from "../../lib/token/owning-stack";
import { isKeptBy, noStack, stackName } from "../../lib/token/tags";
import { setSetting } from "../../lib/errors/failure";
import { MemoryVault, tags, target, version } from "./fixtures";

const tagged = (stack: string, changes: object = {}) => ({ tags: { ...tags, stack, ...changes } });
const claiming = async (vault: MemoryVault, changes: object = {}) => {
  const said: string[] = [];
  const claimed = takeOwnership(
    { ...target, ...changes },
    vault.asVault,
    await vault.listVersions(target.refreshTokenName),
    (line) => said.push(line),
  );
  return { claimed, said };
};
const vaultOf = (stack: string, changes: object = {}) =>
  new MemoryVault(version("v1", "2026-11-01T08:00:00Z", tagged(stack, changes)));
const other = "secure-application-model/other";

test("a stack is named by its organization where there is one", () => {
  expect(stackName("organization", "model", "dev")).toBe("model/dev");
  expect(stackName("contoso", "model", "dev")).toBe("contoso/model/dev");
});

test.each([
  ["model/dev", "model/dev", true],
  ["contoso/model/dev", "contoso/model/dev", true],
  ["contoso/model/dev", "model/dev", false],
  ["contoso/model/dev", "fabrikam/model/dev", false],
  ["contoso/model/dev", "dev", false],
  ["model/dev", "contoso/model/dev", false],
  ["model/dev", "model/development", false],
  ["model/dev", noStack, true],
  ["model/dev", "", false],
])("stack %s keeps a token tagged %j: %s", (stack, named, isKept) => {
  expect(isKeptBy(stack, named)).toBe(isKept);
});

describe("the owner of a token", () => {
  const find = (...versions: Parameters<typeof owningStack>[2]) =>
    owningStack(target.cloud, target.refreshTokenName, versions)?.stack;

  test("is who its newest enabled version names", () => {
    const disabled = version("v3", "2026-11-03T08:00:00Z", { ...tagged(target.stack), enabled: false });
    const foreign = version("v2", "2026-11-02T08:00:00Z", { tags: {} });
    expect(find(disabled, foreign, version("v1", "2026-11-01T08:00:00Z", tagged(other)))).toBe(other);
  });

  test("is nobody where all is disabled, or tags point elsewhere", () => {
    expect(find(version("v1", "2026-11-01T08:00:00Z", { ...tagged(other), enabled: false }))).toBeUndefined();
    expect(find(version("v1", "2026-11-01T08:00:00Z", tagged(other, { tenant: "x" })))).toBeUndefined();
  });
});

test("a preview refuses what the consent would refuse, by the tags alone", () => {
  const kept = { ...tags, stack: other };
  expect(() => {
    requireOwningStack(target, kept);
  }).toThrow(expect.objectContaining({ code: "token-of-another-stack" }) as Error);
  requireOwningStack({ ...target, takeOverFrom: other }, kept);
  requireOwningStack(target, undefined);
});

const another = { application: "dddddddd-1111-4222-8333-444444444444" };
const command = { stack: noStack, isCommand: true };
const [mine, may] = [target.stack, { takeOverFrom: other }];

test.each([
  ["a stack keeps its own", vaultOf(mine), {}, mine, undefined],
  ["a stack takes nobody's", vaultOf(noStack), {}, mine, undefined],
  ["a stack takes what nobody stored", new MemoryVault(), {}, mine, undefined],
  ["a stack takes over what it may", vaultOf(other), may, mine, `is taken over from stack ${other}.`],
  ["the command leaves a token with its stack", vaultOf(other), command, other, `belongs to stack ${other}.`],
  [
    "the command replaces another application's token",
    vaultOf(other, another),
    command,
    noStack,
    `belongs to stack ${other}, of application ${another.application}: this one replaces it.`,
  ],
])("%s, and says so", async (_, vault, changes, stack, line) => {
  const said = line === undefined ? [] : [`The token in ${target.vaultUri} ${line}`];
  expect(await claiming(vault, changes)).toEqual({ claimed: { ...target, ...changes, stack }, said });
});

test.each([
  [other, {}, {}],
  [other, another, {}],
  [`${other}-2`, {}, may],
])("a stack is refused %s's, with the setting that allows it: %j %j", async (stack, tagsOf, changes) => {
  const failure = await claiming(vaultOf(stack, tagsOf), changes).catch((error: unknown) => error);
  expect(failure).toMatchObject({
    code: "token-of-another-stack",
    what: expect.stringContaining(`belongs to stack ${stack}, as its tags say; this is ${target.stack}.`) as string,
    fixes: [
      expect.anything(),
      expect.anything(),
      { commands: expect.arrayContaining([setSetting("consent.takeOverFrom", stack)]) as unknown },
    ],
  });
});
