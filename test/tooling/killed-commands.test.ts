/** The soak kills every command at random, or there is a reason why not. */
import { commands } from "../../cli/commands";
import { notKilled, ofCommand, ofEngine } from "../soak/support/killed-commands";

const word = (name: string): string => name.replace(/ .*/u, "");

/** "customers consent": its first words, without options. */
const nameOf = (kind: string): string => kind.replace(/ --.*/u, "");

test("every command is killed at random, or it is told why not", () => {
  const all = commands.flatMap(({ name, subcommands = [] }) =>
    name === "customers" ? subcommands.map((one) => `${name} ${word(one.name)}`) : [word(name)],
  );
  const killed = [...Object.keys(ofEngine), ...Object.keys(ofCommand)].map(nameOf);
  const listed = [...killed.filter((name) => !name.startsWith("pulumi ")), ...Object.keys(notKilled)];
  expect([...new Set(listed)].toSorted()).toEqual(all.toSorted());
});
