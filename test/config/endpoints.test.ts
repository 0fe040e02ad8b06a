import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseEndpoints } from "../../lib/config/endpoints";
import { cloudOf, clouds } from "../../lib/config/clouds";
import { configurationOf } from "../../lib/config/model-file";
import { readSettings } from "../../lib/config/settings";
import { least, problemsOf } from "./configuration";
import { ownEndpoints } from "../support/own-endpoints";

const folder = mkdtempSync(join(tmpdir(), "endpoints-test-"));
afterAll(() => {
  rmSync(folder, { recursive: true });
});
const writtenFile = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text);
  return name;
};
const endpoints = ownEndpoints();

describe("the setting", () => {
  test("takes an object", () => {
    expect(readSettings(configurationOf({ ...least, endpoints }), folder).endpoints).toEqual(endpoints);
  });

  test("takes a file, by a path from the program's folder or an absolute one", () => {
    const relative = writtenFile("good.json", JSON.stringify(endpoints));
    for (const path of [relative, join(folder, relative)]) {
      expect(readSettings(configurationOf({ ...least, endpoints: path }), folder).endpoints).toEqual(endpoints);
    }
  });

  test("takes the sign-in port from the file, and leaves it where consent.port is set", () => {
    const path = writtenFile("with-port.json", JSON.stringify({ ...endpoints, signInPort: 8600 }));
    const read = (consent: object) => readSettings(configurationOf({ ...least, endpoints: path, consent }), folder);
    expect(read(least.consent)).toMatchObject({ endpoints, consent: { ...least.consent, port: 8600 } });
    expect(read(least.consent).endpoints).toEqual(endpoints);
    expect(read({ ...least.consent, port: 9000 }).consent).toMatchObject({ port: 9000 });
    expect(parseEndpoints(path, folder)).toEqual(endpoints);
  });

  test("refuses hosts of one's own among Microsoft's: each would get what is the other's", () => {
    const problem =
      "The configuration of this stack has 1 problem:\n\n  secure-application-model:endpoints\n" +
      "    The endpoints mix hosts of yours (authority) with Microsoft's (partnerCenter, microsoftGraph, resourceManager, azureAdGraph, vaultSuffix, metadataHost), and each would get tokens and secrets of the other.\n";
    const { authority } = endpoints;
    const file = writtenFile("mixed.json", JSON.stringify({ authority }));
    for (const mixed of [{ authority }, file])
      expect(problemsOf({ ...least, endpoints: mixed }, folder)).toContain(problem);
    const { vaultSuffix, ...others } = endpoints;
    expect(vaultSuffix).toBe("127.0.0.1");
    expect(problemsOf({ ...least, endpoints: others }, folder)).toMatch(
      / with Microsoft's \(vaultSuffix\), .*\n +fix: +pulumi config set-all --path --plaintext secure-application-model:endpoints\.vaultSuffix=vaults\.example\n +or: +pulumi config rm secure-application-model:endpoints/u,
    );
    expect(() => cloudOf("AzureCloud", { authority })).toThrow("The endpoints mix hosts of yours (authority)");
  });

  test.each([
    { authority: "https://login.microsoftonline.com." },
    { authority: "https://LOGIN.windows.net" },
    { authority: clouds.AzureChinaCloud.authority },
    { microsoftGraph: "https://canary.graph.microsoft.com" },
    { partnerCenter: "https://contoso.blob.core.windows.net" },
    { vaultSuffix: "azure.net" },
    { vaultSuffix: "contoso.vault.azure.net" },
    { vaultSuffix: "net" },
  ])("refuses what looks like Microsoft's and is no host of the cloud: %j", (more) => {
    const told = /is in a domain of Microsoft's but is not an endpoint of AzureCloud/u;
    for (const hosts of [more, ownEndpoints(more)]) expect(() => cloudOf("AzureCloud", hosts)).toThrow(told);
  });

  test("takes other hosts of Microsoft's", () => {
    const dod = { microsoftGraph: "https://dod-graph.microsoft.us" };
    expect(cloudOf("AzureUSGovernment", dod)).toEqual({ ...clouds.AzureUSGovernment, ...dod });
  });

  test("names a sign-in port that is none", () => {
    const path = writtenFile("wrong-port.json", JSON.stringify({ ...endpoints, signInPort: 80 }));
    expect(problemsOf({ ...least, endpoints: path }, folder)).toMatch(/consent\.port\n +found: +80\n/u);
  });

  const otherEndpoints =
    "    fix:     npm start -- --keep\n    or:      pulumi config rm secure-application-model:endpoints";

  test("names a file that is not there, and the problems of the other settings with it", () => {
    expect(problemsOf({ ...least, endpoints: "absent.json", displayName: "" }, folder)).toBe(
      "The configuration of this stack has 2 problems:\n\n" +
        "  secure-application-model:endpoints\n" +
        "    The endpoints file absent.json cannot be read: there is no such file. In a clone of the repository the embedded cloud writes one when it starts.\n" +
        `${otherEndpoints}\n\n` +
        '  secure-application-model:displayName\n    found:   ""\n    allowed: a text of 1 to 120 characters (required unless existingApplication is set)\n' +
        "    fix:     pulumi config set secure-application-model:displayName 'Partner Center Web App'",
    );
  });

  test("names a file that holds no JSON, and one whose content is wrong by the content's own path", () => {
    expect(problemsOf({ ...least, endpoints: writtenFile("broken.json", "{") }, folder)).toMatch(
      /^The configuration of this stack has 1 problem:\n\n {2}secure-application-model:endpoints\n {4}The endpoints file broken\.json cannot be read: .*JSON/u,
    );
    expect(problemsOf({ ...least, endpoints: writtenFile("wrong.json", '{"authority":"http://x"}') }, folder)).toBe(
      "The configuration of this stack has 1 problem:\n\n" +
        '  secure-application-model:endpoints.authority\n    found:   "http://x"\n    allowed: an https origin (default: the cloud\'s)\n' +
        otherEndpoints,
    );
    for (const list of [writtenFile("list.json", "[]"), []])
      expect(problemsOf({ ...least, endpoints: list }, folder)).toMatch(
        /endpoints\n +found: +\[\]\n +allowed: an object of endpoint overrides, or the path of a JSON file that holds one/u,
      );
  });
});

describe("the command's option", () => {
  test("takes JSON or a file", () => {
    expect(parseEndpoints(JSON.stringify(endpoints), folder)).toEqual(endpoints);
    expect(parseEndpoints(writtenFile("option.json", JSON.stringify(endpoints)), folder)).toEqual(endpoints);
  });

  test.each([
    ['{"authority":"http://x"}', 'The endpoint "authority" is not valid: "http://x".'],
    ['{"vaultDns":"x"}', 'The endpoint "vaultDns" is not valid: "x".'],
    [writtenFile("list.json", "[]"), "The endpoints are not an object. Known are authority, "],
    [writtenFile("text.json", "7"), "The endpoints are not an object. Known are authority, "],
    ["{authority", "The endpoints are neither JSON nor the path of a file: "],
    [
      "absent.json",
      "The endpoints file absent.json cannot be read: there is no such file. Name a JSON file that is there",
    ],
  ])("refuses %s", (text, problem) => {
    expect(() => parseEndpoints(text, folder)).toThrow(problem);
  });
});
