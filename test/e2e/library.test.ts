import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { finished, Project, repository } from "./support/project";
import { spawn } from "node:child_process";

/** The program of docs/architecture.md, on the embedded cloud. */
const programWith = (signInPort: number) => `
const { readFileSync } = require("node:fs");
const azuread = require("@pulumi/azuread");
const { Provider } = require("@pulumi/azure-native/provider");
const { SecureApplicationModel } = require("secure-application-model");
const endpoints = JSON.parse(readFileSync(process.env.SECURE_APP_MODEL_ENDPOINTS, "utf8"));
const tenantId = process.env.ARM_TENANT_ID;
const args = { environment: "public", tenantId, metadataHost: endpoints.metadataHost };
const model = new SecureApplicationModel(
  "partner",
  {
    cloud: "AzureCloud",
    endpoints,
    tenantId,
    displayName: "Partner Center Web App",
    clientSecret: { label: "initial" },
    vault: { name: "library-tokens", resourceGroupName: "library-tokens", location: "westeurope", protect: false },
    consent: { account: "svc-partner@partner.example", port: ${signInPort} },
  },
  { providers: { azuread: new azuread.Provider("azuread", args), "azure-native": new Provider("azure-native", args) } },
);
exports.health = model.consent.health;
`;

test("the components work in a program of one's own, from node_modules, and importing them runs nothing", async () => {
  const project = await Project.start();
  try {
    const folder = join(project.folder, "own-program");
    mkdirSync(join(folder, "node_modules"), { recursive: true });
    for (const name of ["@pulumi", "secure-application-model"]) {
      const target = name === "@pulumi" ? join(repository, "node_modules", name) : repository;
      symlinkSync(target, join(folder, "node_modules", name));
    }
    writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "own-program", main: "index.js" }));
    const runtime = { name: "nodejs", options: { typescript: false } };
    writeFileSync(join(folder, "Pulumi.yaml"), JSON.stringify({ name: "own-program", runtime }));
    writeFileSync(join(folder, "index.js"), programWith(project.signInPort));
    const pulumi = (...words: string[]) => {
      const all = [...words, "--non-interactive", "--color", "never"];
      return finished(
        spawn("pulumi", all, { cwd: folder, env: project.environment, stdio: ["ignore", "pipe", "pipe"] }),
      );
    };
    expect((await pulumi("stack", "init", "own")).code).toBe(0);
    const up = await pulumi("up", "--yes", "--skip-preview");
    expect({
      code: up.code,
      health: /health: "(\w+)"/u.exec(up.text)?.[1],
      text: up.code === 0 ? "" : up.text,
    }).toEqual({
      code: 0,
      health: "ok",
      text: "",
    });
    const preview = await pulumi("preview", "--refresh", "--expect-no-changes");
    expect(preview.code).toBe(0);
    expect((await pulumi("destroy", "--yes", "--skip-preview")).code).toBe(0);
  } finally {
    await project.close();
  }
});
