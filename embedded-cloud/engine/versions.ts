/** The engine that is downloaded or built, and what is accepted from elsewhere. go.mod in cli/ and language-nodejs/ name the same versions. */
export const engineVersions = {
  /** Pulumi CLI. */
  pulumi: "3.274.1",
  /**
   * Node.js language host of a built engine. This is the last minor line of the Go module `sdk/v3` that carries it; the engine
   * speaks to it over the same protocol as to a new one. An official download brings its own.
   */
  languageHost: "3.60.0",
  /** How a built engine is put together of them; raised with every change of that, so that no cache holds the old way. */
  recipe: "2",
  /** A Pulumi found on PATH is used from this version on … */
  oldestFit: "3.250.0",
  /** … and below this one. */
  firstUnfit: "4.0.0",
} as const;

/** Official releases; the checksum file lies beside the archives. */
export const releases = "https://github.com/pulumi/pulumi/releases/download";

/** A folder with an engine that is used before all others. */
export const engineVariable = "SECURE_APPLICATION_MODEL_ENGINE";
