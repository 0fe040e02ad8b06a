/** The engine to download or build, and the versions accepted from PATH. The go.mod files have the same. */
export const engineVersions = {
  /** Pulumi CLI. */
  pulumi: "3.274.1",
  /**
   * Node.js language host of a built engine: the last minor version of the Go module `sdk/v3` that contains
   * it; the protocol is still the same. An official download includes its own.
   */
  languageHost: "3.60.0",
  /** Of the build's procedure; increased with every change of it, so that outdated builds are not used. */
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
