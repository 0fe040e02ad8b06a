/** This repository's own program: the library's, from a build that is as new as its sources. */
// First: it loads less of the SDK.
import program from "./program/start";
import { RunError } from "@pulumi/pulumi";
import { requireFreshBuild } from "./lib/startup/build-stamp";

export = (): Promise<Record<string, unknown>> => {
  try {
    requireFreshBuild();
  } catch (error) {
    throw new RunError((error as Error).message);
  }
  return program();
};
