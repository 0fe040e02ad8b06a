import { loudOption, shownElsewhere } from "../../components/secret-exposure";
import { textOf } from "../../lib/errors/text";

const told = (environment: NodeJS.ProcessEnv, ...argv: string[]) =>
  shownElsewhere(environment, ["node", "index.js", ...argv]).map((parts) => textOf(parts));

test("a run that writes nothing elsewhere gets no warning", () => {
  expect(told({ PULUMI_DEBUG_GRPC: "", PATH: "/bin" }, "--parallel", "8")).toEqual([]);
});

test("each way is reported with its fix", () => {
  const rotate =
    "If somebody may have read it, rotate the client secret: secure-app-model rotate --revoke-now --stack '<stack>'";
  expect(told({ PULUMI_DEBUG_GRPC: "calls.json", TF_LOG: "DEBUG" }, "--tracing", "tcp://127.0.0.1:1")).toEqual([
    `PULUMI_DEBUG_GRPC is set: the engine writes all that it sends to its plugins and to this program to that file, the client secret in the clear.\n  1. Run it without: unset PULUMI_DEBUG_GRPC\n  2. ${rotate}`,
    `TF_LOG is set: the azuread plugin may write its requests and answers to the engine's log, the client secret in the clear.\n  1. Run it without: unset TF_LOG\n  2. ${rotate}`,
    `This run is traced (--tracing, --otel-traces): the trace contains all that the engine sends to its plugins, the client secret in the clear.\n  1. Run it without.\n  2. ${rotate}`,
  ]);
});

test.each([
  [["up", "--yes", "--debug"], "--debug"],
  [["up", "-yd"], "-yd"],
  [["up", "--debug=true"], "--debug=true"],
  [["up", "--json"], "--json"],
  [["up", "-yj"], "-yj"],
  [["up", "-v=3", "--logtostderr"], "-v=3"],
  [["up", "-v", "9"], "-v"],
  [["up", "-v11"], "-v11"],
  [["up", "--verbose=3"], "--verbose=3"],
  [["up", "-yed"], "-yed"],
  [["up", "-d=true"], "-d=true"],
  [["up", "-v=+9"], "-v=+9"],
  [["up", "-ev", "0x9"], "-ev"],
  [["up", "--stack", "debug", "-sdev", "-v=2", "-v", "1", "--diff", "--debug=false", "-r"], undefined],
])("%j is loud: %s", (argv, option) => {
  expect(loudOption(["pulumi", ...argv])).toBe(option);
});

test("a run whose engine shows what plugins say is told at its start", () => {
  const [parts] = shownElsewhere({}, [], "--debug");
  expect(parts && textOf(parts)).toMatch(
    /^Under --debug the azuread plugin's messages hold what it makes, the client secret in the clear\.\n {2}1\. Run it without that option\./u,
  );
});
