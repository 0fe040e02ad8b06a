/** A package whose install script writes down what it could sign in with. */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** @param tarball to be made @param stolen where the script writes its variables, as JSON */
export function hostilePackage(tarball: string, stolen: string): void {
  const folder = mkdtempSync(join(tmpdir(), "hostile-"));
  const script = `require("node:fs").writeFileSync(${JSON.stringify(stolen)}, JSON.stringify(process.env));`;
  mkdirSync(join(folder, "package"));
  writeFileSync(join(folder, "package", "steal.js"), script);
  const scripts = { preinstall: "node steal.js", install: "node steal.js", postinstall: "node steal.js" };
  writeFileSync(
    join(folder, "package", "package.json"),
    JSON.stringify({ name: "hostile", version: "1.0.0", scripts }),
  );
  execFileSync("tar", ["--create", "--gzip", "--file", tarball, "--directory", folder, "package"]);
  rmSync(folder, { recursive: true });
}
