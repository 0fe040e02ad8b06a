/**
 * Jest's runtime, but for one thing: a worker compiles each module once, and runs it in the context of every test file that loads it. Jest compiles
 * it again for each file, which took a fifth of the processor time of the tests that run no engine. Only compiled code is shared: each file
 * still evaluates its own modules, in a context of its own (compiled-once.test.ts).
 */
const { Script } = require("node:vm");
const { default: Runtime } = require("jest-runtime");

/** What this worker has compiled, by file name. */
const compiled = new Map();

/** Of the test file that runs now: a script outlives the file that it was compiled for. */
let executor;

module.exports = class CompiledOnce extends Runtime {
  constructor(...parameters) {
    super(...parameters);
    executor = this.executor;
    const compile = executor.compile.bind(executor);
    executor.compile = (source, filename) => {
      const context = this._environment.getVmContext();
      // Jest reports what it cannot run, and finds out whether it is a module of the other kind.
      if (context === null) return compile(source, filename);
      try {
        return scriptOf(source, filename).runInContext(context);
      } catch {
        return compile(source, filename);
      }
    };
  }
};

function scriptOf(source, filename) {
  const known = compiled.get(filename);
  if (known?.source === source) return known.script;
  const head = `(function(${executor.injectedModuleParameters.join(",")}){`;
  const script = new Script(`${head}${source}\n})`, {
    filename,
    // Positions in stack traces are those of the source alone.
    columnOffset: -head.length,
    importModuleDynamically: (specifier, _script, attributes, phase) =>
      executor.dynamicImport(specifier, filename, executor.environment.getVmContext(), attributes, phase),
  });
  compiled.set(filename, { source, script });
  return script;
}
