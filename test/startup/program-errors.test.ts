import * as pulumi from "@pulumi/pulumi";

jest.mock("../../lib/startup/compile-cache", () => ({ keepBundlesCompiled: () => undefined }));
jest.mock("../../lib/startup/build-stamp", () => ({ requireFreshBuild: () => "." }));
jest.mock("../../lib/startup/with-engine", () => ({}));
jest.mock("../../program/model", () => ({ run: () => Promise.reject(mockRefusal) }));

let mockRefusal: Error;
const program = (): Promise<unknown> => jest.requireActual<() => Promise<unknown>>("../../index")();

test.each([
  [
    "one whose text gRPC dropped",
    new Error(""),
    /^A provider plugin failed without a text, as .*\.\n {2}Run it again: such a fault is temporary\.$/u,
  ],
  ["another error's text", new TypeError(""), /^TypeError, without a message$/u],
  ["what the program refuses itself", new pulumi.RunError("No such vault."), /^No such vault\.$/u],
])("the engine gets a text: %s", async (_, refusal, text) => {
  mockRefusal = refusal;
  await expect(program()).rejects.toThrow(pulumi.RunError);
  await expect(program()).rejects.toThrow(text);
});
