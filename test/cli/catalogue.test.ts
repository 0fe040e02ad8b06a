import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { settingsByPath } from "../../lib/config/catalogue";
import { messageOf, mostSaid } from "../../lib/errors/text";
import { aadsts, entraError, fixes } from "../../lib/oauth/aadsts";
import { customerCodes } from "../../lib/oauth/aadsts-codes/customer";
import { commandHere } from "./support/command-here";

const repository = join(__dirname, "..", "..");

/** Every number that users of the model are known to get. */
const known = [
  90038, 900382, 900432, 90002, 50076, 50079, 50078, 50074, 70043, 65001, 650057, 500011, 90099, 700082, 70008, 50173,
  70000, 700007, 54005, 700005, 65004, 90094, 50126, 50034, 50057, 501481, 7000112, 50105, 900023, 650052, 7000215,
  7000222, 7000218, 700025, 700016, 50011, 900971, 50020, 50194, 900144, 9002313, 9002327, 53003, 530035, 530034, 90093,
  900941, 900981, 65005, 650056, 50158, 53000, 53001, 53002, 50053, 50055, 530003, 500121, 700024, 700027,
];

test("every number that users meet is in the catalogue", () => {
  expect(known.filter((code) => aadsts[code] === undefined)).toEqual([]);
});

test("so is every number that the product's own words name", () => {
  const rooms = "{cli,components,lib}/**/*.ts";
  const words = globSync(rooms, { cwd: repository }).map((file) => readFileSync(join(repository, file), "utf8"));
  const named = new Set(words.flatMap((text) => [...text.matchAll(/AADSTS(\d+)/gu)].map(([, code]) => Number(code))));
  expect(named.size).toBeGreaterThan(10);
  expect([...named].filter((code) => aadsts[code] === undefined)).toEqual([]);
});

const texts = [
  ...new Set([
    ...[aadsts, customerCodes].flatMap((one) => Object.values(one)).map((entry) => entry.fixes),
    ...Object.values(fixes),
  ]),
].map((all) => messageOf({ what: "", fixes: all }));
const all = texts.join("\n");

test("every fix names a command, but that of what passes by itself", () => {
  const others = texts.filter((text) => text !== messageOf({ what: "", fixes: fixes.passing }));
  const without = others.filter((text) => !/secure-app-model [a-z]|pulumi [a-z]|export '[A-Z_]+=/u.test(text));
  expect(without).toEqual([]);
});

test("what is said before the fixes of a number is short, whatever Entra says", () => {
  const longest = "Redeeming the refresh token for https://api.partnercenter.microsoft.com";
  const here = Object.keys(aadsts).map((number) => {
    const { what, why = "" } = entraError(longest, "invalid_grant", `AADSTS${number}: ${"words ".repeat(100)}`);
    return `${what} ${why}`;
  });
  const tenant = "00000000-0000-0000-0000-000000000000";
  const there = Object.entries(customerCodes).map(
    ([number, { meaning, why }]) =>
      `A token for customer tenant ${tenant} was refused (AADSTS${number}): ${meaning}. ${why}`,
  );
  expect([...here, ...there].filter((text) => text.length > mostSaid)).toEqual([]);
  expect(here.every((text) => /Entra says: AADSTS\d+: words/u.test(text))).toBe(true);
});

test("every setting that a fix names is one of the program's", () => {
  const settings = [...all.matchAll(/secure-application-model:([\w.]+)/gu)].map(([, name]) => name ?? "");
  expect(settings.length).toBeGreaterThan(5);
  expect(settings.filter((name) => !settingsByPath.has(name))).toEqual([]);
});

test("every word that a fix has after pulumi is one of the engine's", () => {
  const words = new Set([...all.matchAll(/\bpulumi ([a-z]+(?: (?:set|get|rm))?)/gu)].map(([, word]) => word));
  expect([...words].sort()).toEqual(["config rm", "config set", "up"]);
});

test("every command and option of this project that a fix names is there", async () => {
  const uses = [...all.matchAll(/secure-app-model ([a-z]+)((?: --[a-z-]+(?: <\w+>)?)*)/gu)];
  const options = new Map<string, Set<string>>();
  for (const [, name = "", given = ""] of uses) {
    const found = options.get(name) ?? new Set<string>();
    for (const option of given.match(/--[a-z-]+/gu) ?? []) found.add(option);
    options.set(name, found);
  }
  expect([...options.keys()].sort()).toEqual(["consent", "customers", "doctor", "rotate"]);
  for (const [name, wanted] of options) {
    const { code, stdout } = await commandHere([name, "--help"]);
    expect([name, code, [...wanted].filter((option) => !stdout.includes(`${option} `))]).toEqual([name, 0, []]);
  }
});
