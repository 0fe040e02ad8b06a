/**
 * The engine that is downloaded or built, and the versions that are accepted from PATH. go.mod in cli/ and language-nodejs/ have the same
 * versions.
 */
export const engineVersions = {
  /** Pulumi CLI. */
  pulumi: "3.274.1",
  /**
   * Node.js language host of a built engine. This is the last minor version of the Go module `sdk/v3` that contains it; the engine
   * uses the same protocol as with a new one. An official download includes its own.
   */
  languageHost: "3.60.0",
  /** The version of the build's procedure; increased with every change of it, so that outdated cached builds are not used. */
  recipe: "2",
  /** A Pulumi found on PATH is used from this version on … */
  oldestFit: "3.250.0",
  /** … and below this one. */
  firstUnfit: "4.0.0",
} as const;

/** Official releases; the checksum file is beside the archives. */
export const releases = "https://github.com/pulumi/pulumi/releases/download";

/** Variable with a folder of an engine that is preferred to all others. */
export const engineVariable = "SECURE_APPLICATION_MODEL_ENGINE";
