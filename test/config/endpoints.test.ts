import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseEndpoints } from "../../config/endpoints";
import { readSettings } from "../../config/settings";
import { asConfiguration, least, problemsOf } from "./configuration";

const folder = mkdtempSync(join(tmpdir(), "endpoints-test-"));
afterAll(() => {
  rmSync(folder, { recursive: true });
});
const file = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text);
  return name;
};
const endpoints = { authority: "https://127.0.0.1:9000", vaultSuffix: "127.0.0.1", metadataHost: "127.0.0.1:9000" };

describe("the setting", () => {
  test("takes an object", () => {
    expect(readSettings(asConfiguration({ ...least, endpoints }), folder).endpoints).toEqual(endpoints);
  });

  test("takes a file, by a path from the program's folder or an absolute one", () => {
    const relative = file("good.json", JSON.stringify(endpoints));
    for (const path of [relative, join(folder, relative)]) {
      expect(readSettings(asConfiguration({ ...least, endpoints: path }), folder).endpoints).toEqual(endpoints);
    }
  });

  test("names a file that is not there, and the problems of the other settings with it", () => {
    expect(problemsOf({ ...least, endpoints: "absent.json", displayName: "" }, folder)).toBe(
      "The configuration of this stack has 2 problems:\n\n" +
        "  secure-application-model:endpoints\n" +
        "    The endpoints file absent.json cannot be read: there is no such file. The embedded cloud writes its own when it starts.\n" +
        "    fix:     npm start -- --keep\n\n" +
        '  secure-application-model:displayName\n    found:   ""\n    allowed: a text of 1 to 120 characters (required unless existingApplication is set)\n' +
        "    fix:     pulumi config set secure-application-model:displayName 'Partner Center Web App'",
    );
  });

  test("names a file that holds no JSON, and one whose content is wrong by the content's own path", () => {
    expect(problemsOf({ ...least, endpoints: file("broken.json", "{") }, folder)).toMatch(
      /^The configuration of this stack has 1 problem:\n\n {2}secure-application-model:endpoints\n {4}The endpoints file broken\.json cannot be read: .*JSON/u,
    );
    expect(problemsOf({ ...least, endpoints: file("wrong.json", '{"authority":"http://x"}') }, folder)).toBe(
      "The configuration of this stack has 1 problem:\n\n" +
        '  secure-application-model:endpoints.authority\n    found:   "http://x"\n    allowed: an https origin (default: the cloud\'s)\n' +
        "    fix:     pulumi config set --path secure-application-model:endpoints.authority https://login.example",
    );
  });
});

describe("the command's option", () => {
  test("takes JSON or a file", () => {
    expect(parseEndpoints(JSON.stringify(endpoints), folder)).toEqual(endpoints);
    expect(parseEndpoints(file("option.json", JSON.stringify(endpoints)), folder)).toEqual(endpoints);
  });

  test.each([
    ['{"authority":"http://x"}', 'The endpoint "authority" is not valid: "http://x".'],
    ['{"vaultDns":"x"}', 'The endpoint "vaultDns" is not valid: "x".'],
    [file("text.json", "7"), "The endpoints are no object. Known are authority, "],
    ["{authority", "The endpoints are neither JSON nor the path of a file: "],
    ["absent.json", "The endpoints file absent.json cannot be read: there is no such file."],
  ])("refuses %s", (text, problem) => {
    expect(() => parseEndpoints(text, folder)).toThrow(problem);
  });
});
