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

  test("takes the sign-in port from the file, and leaves it where consent.port is set", () => {
    const path = file("with-port.json", JSON.stringify({ ...endpoints, signInPort: 8600 }));
    const read = (consent: object) => readSettings(asConfiguration({ ...least, endpoints: path, consent }), folder);
    expect(read(least.consent)).toMatchObject({ endpoints, consent: { ...least.consent, port: 8600 } });
    expect(read(least.consent).endpoints).toEqual(endpoints);
    expect(read({ ...least.consent, port: 9000 }).consent).toMatchObject({ port: 9000 });
    expect(parseEndpoints(path, folder)).toEqual(endpoints);
  });

  test("names a sign-in port that is none", () => {
    const path = file("wrong-port.json", JSON.stringify({ ...endpoints, signInPort: 80 }));
    expect(problemsOf({ ...least, endpoints: path }, folder)).toMatch(/consent\.port\n +found: +80\n/u);
  });

  test("names a file that is not there, and the problems of the other settings with it", () => {
    expect(problemsOf({ ...least, endpoints: "absent.json", displayName: "" }, folder)).toBe(
      "The configuration of this stack has 2 problems:\n\n" +
        "  secure-application-model:endpoints\n" +
        "    The endpoints file absent.json cannot be read: there is no such file. In a clone of the repository the embedded cloud writes one when it starts.\n" +
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
