import { OtherStackError } from "../../lib/consent/errors";
import { takeOwnership, owningStack, requireOwningStack } from "../../lib/consent/owning-stack";
import { isKeptBy, noStack, stackName } from "../../lib/consent/tags";
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
  }).toThrow(OtherStackError);
  requireOwningStack({ ...target, takeOverFrom: other }, kept);
  requireOwningStack(target, undefined);
});

describe("a stack", () => {
  test("takes its own, nobody's, and what nobody stored", async () => {
    for (const vault of [vaultOf(target.stack), vaultOf(noStack), new MemoryVault()])
      expect(await claiming(vault)).toEqual({ claimed: target, said: [] });
  });

  test.each([{}, { application: "dddddddd-1111-4222-8333-444444444444" }])(
    "is refused another's, with the setting that allows it: %j",
    async (changes) => {
      const failure = await claiming(vaultOf(other, changes)).catch((error: unknown) => error);
      expect(failure).toBeInstanceOf(OtherStackError);
      expect(failure).toMatchObject({
        what: expect.stringMatching(
          /belongs to stack secure-application-model\/other, as its tags say; this is /u,
        ) as string,
        fixes: [
          expect.anything(),
          { commands: expect.arrayContaining([setSetting("consent.takeOverFrom", other)]) as unknown },
        ],
      });
    },
  );

  test("takes over what it may, and from nobody else", async () => {
    const may = { takeOverFrom: other };
    const { claimed, said } = await claiming(vaultOf(other), may);
    expect({ stack: claimed.stack, said }).toEqual({
      stack: target.stack,
      said: [`The token in ${target.vaultUri} is taken over from stack ${other}.`],
    });
    await expect(claiming(vaultOf(`${other}-2`), may)).rejects.toThrow(OtherStackError);
  });
});

describe("the command", () => {
  const command = { stack: noStack, isCommand: true };

  test("leaves a token with the stack that has it, and says so", async () => {
    const { claimed, said } = await claiming(vaultOf(other), command);
    expect({ stack: claimed.stack, said }).toEqual({
      stack: other,
      said: [`The token in ${target.vaultUri} belongs to stack ${other}.`],
    });
  });

  test("says whose token of another application it replaces", async () => {
    const { claimed, said } = await claiming(
      vaultOf(other, { application: "dddddddd-1111-4222-8333-444444444444" }),
      command,
    );
    expect({ stack: claimed.stack, said }).toEqual({
      stack: noStack,
      said: [expect.stringMatching(/belongs to stack .*, of application dddddddd-.*: this one takes its place\./u)],
    });
  });
});
