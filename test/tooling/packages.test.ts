/** Which packages the product depends on, and which only this repository. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { repository } from "./markdown";

interface Manifest {
  version?: string;
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
  scripts?: Record<string, string>;
}

interface Locked extends Manifest {
  dev?: boolean;
  devOptional?: boolean;
  link?: boolean;
  optionalDependencies?: Record<string, string>;
  peerDependencies?: Record<string, string>;
}

function read(path: string): unknown {
  return JSON.parse(readFileSync(join(repository, path), "utf8"));
}

const root = read("package.json") as Manifest;
const embeddedCloud = read("tools/embedded-cloud/package.json") as Manifest;
const { packages } = read("package-lock.json") as { packages: Record<string, Locked> };
const nameOf = (path: string): string => path.replace(/^.*node_modules\//u, "");

function neededByTheProduct(): Set<string> {
  const needed = new Set<string>();
  const visit = (locked: Locked): void => {
    const { dependencies, optionalDependencies, peerDependencies } = locked;
    for (const name of Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies })) {
      if (needed.has(name)) continue;
      needed.add(name);
      for (const [path, found] of Object.entries(packages)) {
        if (path.endsWith(`node_modules/${name}`)) visit(found);
      }
    }
  };
  visit({ dependencies: root.dependencies ?? {} });
  return needed;
}

test("npm ci --omit=dev brings what the product needs, and nothing of the tests or of the embedded cloud", () => {
  const kept = Object.entries(packages).filter(
    ([path, { dev, link }]) => path.includes("node_modules/") && dev !== true && link !== true,
  );
  const needed = neededByTheProduct();
  expect(kept.map(([path]) => nameOf(path)).filter((name) => !needed.has(name))).toEqual([]);
  // An optional peer of @pulumi/pulumi, which npm keeps because it is installed for development.
  expect(kept.filter(([, { devOptional }]) => devOptional).map(([path]) => nameOf(path))).toEqual(["typescript"]);
});

test("the embedded cloud has dependencies for development alone, in the versions that the root has", () => {
  expect(embeddedCloud.dependencies).toBeUndefined();
  const versions = { ...root.dependencies, ...root.devDependencies };
  const both = Object.entries(embeddedCloud.devDependencies ?? {}).filter(([name]) => name in versions);
  expect(both.map(([name]) => name)).toContain("@pulumi/pulumi");
  expect(Object.fromEntries(both)).toEqual(Object.fromEntries(both.map(([name]) => [name, versions[name]])));
});

test("npm ci builds, by a script of the workspace, which is in nobody else's node_modules", () => {
  expect(embeddedCloud.scripts?.["prepare"]).toBe("node ../build/main.mjs prepare");
  expect(packages["node_modules/embedded-cloud"]).toEqual({ resolved: "tools/embedded-cloud", link: true });
});

test("every version is one, no range", () => {
  const versions = { ...root.dependencies, ...root.devDependencies, ...embeddedCloud.devDependencies };
  expect(Object.entries(versions).filter(([, version]) => !/^\d+\.\d+\.\d+$/u.test(version))).toEqual([]);
});
