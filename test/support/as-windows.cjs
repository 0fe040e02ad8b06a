/** With AS_WINDOWS=units the process of a test says that it is on Windows, below Git's bash: for rooms that start no program. */
if (process.env.AS_WINDOWS === "units") {
  Object.defineProperty(process, "platform", { value: "win32" });
  process.env.SHELL = "bash";
}
