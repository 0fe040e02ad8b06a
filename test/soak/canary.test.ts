/** test/e2e/canary.test.ts at every level of the engine's logs, and with every option for more output. */
import { jwt, type Loudness, lifeOf, loudLogs, shapeOf, writtenFile } from "../e2e/support/canary";

const levels = [1, 2, 3, 4, 5, 6, 7, 8, 10, 11];
const logged = /^\{"time":.*"level":/mu;
const events = { PULUMI_DEBUG_COMMANDS: "true" };

/** Proof that the engine wrote the requested output: the file, and a part of its content. */
test.each<[string, Loudness, string, RegExp]>([
  ...levels.map((level): [string, Loudness, string, RegExp] => [
    `level ${level}`,
    { options: [`-v=${level}`, "--logtostderr"] },
    loudLogs,
    logged,
  ]),
  ["level 9, the program's too", { options: ["-v=9", "--logtostderr", "--logflow"] }, loudLogs, logged],
  ["debug messages", { options: ["--debug"] }, loudLogs, /\bdebug: /u],
  ["events", { options: ["--json"] }, loudLogs, /^\{"sequence":/mu],
  ["a file of events", { options: ["--event-log", "<file>"], environment: events }, writtenFile, /"sequence":/u],
  [
    "the vendors' libraries",
    { options: [], environment: { AZURE_LOG_LEVEL: "verbose", DEBUG: "*" } },
    loudLogs,
    /azure:/u,
  ],
])("no token and no secret of a whole life of a stack is anywhere: %s", async (_, loudly, where, written) => {
  const life = await lifeOf(loudly);
  const shape = shapeOf(life.refreshTokens);
  expect([life.holding([written]).includes(where), shape.test(life.refreshTokens[0] ?? "")]).toEqual([true, true]);
  expect(life.holding([...life.refreshTokens, ...life.credential, shape, jwt])).toEqual([]);
});

test("with a certificate neither its key nor what it signs is anywhere, and no client secret is there to be", async () => {
  const loudly = { options: ["-v=11", "--logtostderr", "--logflow"] };
  const life = await lifeOf(loudly, { credential: { kind: "certificate" } });
  const shape = shapeOf(life.refreshTokens);
  expect([life.holding([logged]).includes(loudLogs), life.credential.length, life.credential[0]?.length]).toEqual([
    true,
    3,
    64,
  ]);
  expect(life.holding([...life.refreshTokens, ...life.credential, shape, jwt, "PRIVATE KEY"])).toEqual([]);
});

test.each<[string, Loudness, RegExp]>([
  ["a trace", { options: ["--tracing", "file:<file>"] }, /This run is traced/u],
  ["an OpenTelemetry trace", { options: ["--otel-traces", "file:<file>"] }, /This run is traced/u],
  ["the engine's calls", { options: [], environment: { PULUMI_DEBUG_GRPC: "<file>" } }, /PULUMI_DEBUG_GRPC is set/u],
])(
  "%s alone holds the client secret, which the program says itself at its start, and no token",
  async (_, loudly, warning) => {
    const life = await lifeOf(loudly);
    expect(life.holding([warning])).toContain(loudLogs);
    expect(life.holding([...life.refreshTokens, shapeOf(life.refreshTokens), jwt])).toEqual([]);
    const holders = life.holding(life.credential).filter((name) => !name.endsWith("/written"));
    expect(holders).toEqual([writtenFile]);
  },
);
