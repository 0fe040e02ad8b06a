/** Jest's runtime of these tests: compiles once a worker, and isolates test files all the same. */
import vm from "node:vm";

jest.mock("node:vm", () => {
  const actual = jest.requireActual<typeof vm>("node:vm");
  return { ...actual, Script: jest.fn((...parameters: [string]) => new actual.Script(...parameters)) };
});
/** What jest's own runtime does for a source, in place of it. */
const compileByJest = jest.fn();
jest.mock("jest-runtime", () => ({
  default: class {
    executor = { injectedModuleParameters: ["module", "exports"], compile: compileByJest };
    constructor(readonly _environment: { getVmContext: () => vm.Context | null }) {}
  },
}));

type Compiled = (module: object, exports: Record<string, unknown>) => void;
type Runtime = new (environment: { getVmContext: () => vm.Context | null }) => {
  executor: { compile: (source: string, filename: string) => Compiled };
};
const CompiledOnce = jest.requireActual<Runtime>("./compiled-once.cjs");

/** A test file: its context, and how it loads a module, whose exports it gets. */
function testFile(context = vm.createContext({ loaded: 0 })) {
  const { executor } = new CompiledOnce({ getVmContext: () => context });
  return (source: string, filename: string) => {
    const exported: Record<string, unknown> = {};
    executor.compile(source, filename)({}, exported);
    return exported;
  };
}

beforeEach(() => jest.clearAllMocks());

const counter = "let uses = 0; loaded += 1; exports.use = () => [(uses += 1), loaded, Array];";

it("compiles a module once, and evaluates it for each test file, in its own context", () => {
  const [one, other] = [testFile()(counter, "/counter.js"), testFile()(counter, "/counter.js")] as {
    use: () => unknown[];
  }[];
  expect([one?.use().slice(0, 2), one?.use().slice(0, 2), other?.use().slice(0, 2)]).toEqual([
    [1, 1],
    [2, 1],
    [1, 1],
  ]);
  expect(one?.use()[2]).not.toBe(other?.use()[2]);
  expect(vm.Script).toHaveBeenCalledTimes(1);
});

it("compiles it again when its source has changed", () => {
  const values = ["1", "2", "2"].map((value) => testFile()(`exports.value = ${value};`, "/changed.js")["value"]);
  expect(values).toEqual([1, 2, 2]);
  expect(vm.Script).toHaveBeenCalledTimes(2);
});

it("gives positions of the source, in its first line too", () => {
  const { stack } = testFile()("exports.stack = new Error().stack;", "/positions.js");
  expect(stack).toContain("/positions.js:1:17\n");
});

it("leaves to jest what is no module of this kind, and what comes after the end of a test file", () => {
  compileByJest.mockReturnValue(() => undefined);
  testFile()("import 'nothing';", "/module.mjs");
  const { executor } = new CompiledOnce({ getVmContext: () => null });
  executor.compile("", "/late.js");
  expect(compileByJest.mock.calls).toEqual([
    ["import 'nothing';", "/module.mjs"],
    ["", "/late.js"],
  ]);
});
