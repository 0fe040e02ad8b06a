/** The README's pictures of the page of `status`, from a deployed stack on a fixed day: `npm run picture` writes them. */
import { randomUUID } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { addManyPartners, newGroup, type SecretVersion } from "../../tools/embedded-cloud/testing/directory";
import { pageForEach } from "../e2e/support/chromium";
import { secureAppModel } from "../e2e/support/command";
import { Project, repository, thatIsThere } from "../e2e/support/project";
import { clockIn } from "../e2e/support/shifted";

/** Another day for a stack: its cloud, and every Node.js process of its runs. @param day YYYY-MM-DD */
function timeIs({ emulator, environment }: Project, day: string): void {
  emulator.clock.advance(Date.parse(day) - emulator.clock.now());
  Object.assign(environment, clockIn((Date.parse(day) - Date.now()) / 86_400_000));
}

/** In place of the embedded cloud's own addresses, which are others at each start. */
const places = {
  vault: "https://contoso-tokens.vault.azure.net",
  partnerCenter: "https://api.partnercenter.microsoft.com",
};
let page: Page;
pageForEach((opened) => {
  ({ page } = opened);
});

test("a page with tokens that were revoked, that end soon and that are fine, in less than 100 KB", async () => {
  const folder = mkdtempSync(join(tmpdir(), "status-picture-"));
  await using project = await Project.start();
  try {
    timeIs(project, "2027-03-01T08:00:00Z");
    await project.up();
    const { vaultUri, cloud, applicationId } = await project.outputs();
    addPartners(project, applicationId);
    timeIs(project, "2027-03-01T09:00:00Z");
    const file = join(folder, "status.html");
    const words = ["status", "--probe", "--cloud", cloud, "--vault", vaultUri, "--html", file];
    expect(await secureAppModel(project, words)).toMatchObject({ code: 3 });
    const text = readFileSync(file, "utf8")
      .replaceAll(new URL(vaultUri).host, new URL(places.vault).host)
      .replaceAll(project.cloud.origins.partnerCenter, places.partnerCenter);
    for (const colorScheme of ["light", "dark"] as const) {
      const picture = await pictureOf(text, colorScheme);
      const name = join(repository, "docs", `status-${colorScheme}.webp`);
      if ("writesDocuments" in globalThis) writeFileSync(name, picture);
      expect([picture.length, statSync(name).size].filter((size) => size > 100_000)).toEqual([]);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});

/** Eleven, whose tokens are as the deployment's own: two accounts have a new password, and a token ends soon. */
function addPartners({ cloud: context, subscription, tenant }: Project, clientId: string): void {
  const vault = thatIsThere([...subscription.vaults.values()].at(-1));
  const application = thatIsThere([...tenant.applications.values()].find(({ appId }) => appId === clientId));
  const tokens = () => [...vault.secrets].filter(([name]) => name.startsWith("refresh-token-"));
  const own = thatIsThere(tokens()[0]?.[1].versions.at(-1)).tags;
  const tags = { ...own, tenant: "{tenant}", account: "{account}", "account-name": "{accountName}" };
  addManyPartners(
    { context, vault, application },
    { count: 11, application: clientId, redeemable: true, age: 20 * 86_400, tags },
  );
  for (const [index, [, { versions }]] of tokens().entries()) {
    const version: SecretVersion = thatIsThere(versions.at(-1));
    const home = thatIsThere(context.tenants.get(version.tags["tenant"] ?? ""));
    const account = thatIsThere(home.users.get(version.tags["account"] ?? ""));
    const agents = newGroup({ id: randomUUID(), displayName: "AdminAgents" }, "");
    agents.members.add(account.id);
    if (home !== tenant) home.groups.set(agents.id, agents);
    if (index === 3 || index === 8) account.revokedBefore = context.clock.now() + 1000;
    if (index === 6) Object.assign(version, { expires: (version.expires ?? 0) - 50 * 86_400 });
  }
}

/** WebP, which only the browser itself can write here: a third of a PNG. */
async function pictureOf(text: string, colorScheme: "light" | "dark"): Promise<Buffer> {
  await page.emulateMedia({ colorScheme });
  await page.setViewportSize({ width: 1180, height: 1240 });
  await page.setContent(text);
  const png = (await page.screenshot()).toString("base64");
  const canvas = await page.context().newPage();
  const webp = await canvas.evaluate<string>(`
    (async () => {
      const image = await createImageBitmap(await (await fetch("data:image/png;base64,${png}")).blob());
      const drawn = Object.assign(document.createElement("canvas"), { width: image.width, height: image.height });
      drawn.getContext("2d").drawImage(image, 0, 0);
      return drawn.toDataURL("image/webp", 0.8);
    })()`);
  await canvas.close();
  return Buffer.from(webp.split(",")[1] ?? "", "base64");
}
