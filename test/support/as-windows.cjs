/** With AS_WINDOWS=1 the units' process says that it is on Windows, below Git's bash; the command in a process of its own: test/cli/support/as-windows.ts. */
if (process.env.AS_WINDOWS === "1") {
  Object.defineProperty(process, "platform", { value: "win32" });
  process.env.SHELL = "bash";
}
