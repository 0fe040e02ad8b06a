/** Ends the SDK's long stack traces, a tenth of a preview's processor time, unless the user asked Pulumi for them. */
export function endStackTraces(environment: NodeJS.ProcessEnv = process.env): void {
  if (environment["PULUMI_DEBUG_PROMISE_LEAKS"]) return;
  Error.stackTraceLimit = 0;
  // Traces have Node's own form, without a source map, where the SDK sets its own limit.
  Reflect.deleteProperty(Error, "prepareStackTrace");
}
