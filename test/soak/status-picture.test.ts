/** The README's pictures of the page of `status`, from a deployed stack on a fixed day: `npm run picture` writes them. */
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { pageForEach } from "../e2e/support/chromium";
import { secureAppModel } from "../e2e/support/command";
import { Project, repository } from "../e2e/support/project";
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

test("a page with a partner's one token, which ends soon, in less than 60 KB", async () => {
  const folder = mkdtempSync(join(tmpdir(), "status-picture-"));
  await using project = await Project.start();
  try {
    timeIs(project, "2027-03-01T08:00:00Z");
    await project.up();
    const { vaultUri, cloud } = await project.outputs();
    timeIs(project, "2027-05-10T09:00:00Z");
    const file = join(folder, "status.html");
    const words = ["status", "--probe", "--cloud", cloud, "--vault", vaultUri, "--html", file];
    expect(await secureAppModel(project, words)).toMatchObject({ code: 0 });
    const text = readFileSync(file, "utf8")
      .replaceAll(new URL(vaultUri).host, new URL(places.vault).host)
      .replaceAll(project.cloud.origins.partnerCenter, places.partnerCenter);
    for (const colorScheme of ["light", "dark"] as const) {
      const picture = await pictureOf(text, colorScheme);
      const name = join(repository, "docs", `status-${colorScheme}.webp`);
      if ("writesDocuments" in globalThis) writeFileSync(name, picture);
      expect([picture.length, statSync(name).size].filter((size) => size > 60_000)).toEqual([]);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});

/** WebP, which only the browser itself can write here: a third of a PNG. */
async function pictureOf(text: string, colorScheme: "light" | "dark"): Promise<Buffer> {
  await page.emulateMedia({ colorScheme });
  await page.setViewportSize({ width: 1180, height: 930 });
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
