/** The provider of DestroyProtection: it is in no cloud, and its deletion is the first of a destroy. */
import { Failure, pulumi, run, setSetting } from "../errors/failure";
import { cleanError } from "./failures";

interface Properties {
  protect: boolean;
}

export function create(inputs: Properties): Promise<{ id: string; outs: Properties }> {
  return Promise.resolve({ id: "destroy-protection", outs: inputs });
}

export function update(_id: string, _olds: Properties, news: Properties): Promise<{ outs: Properties }> {
  return Promise.resolve({ outs: news });
}

export function read(id: string, outputs: Properties): Promise<{ id: string; props: Properties }> {
  return Promise.resolve({ id, props: outputs });
}

/** @throws {Error} if the stack is protected: the engine then deletes nothing that this depends on */
export function remove(_id: string, { protect }: Properties): Promise<void> {
  return protect ? Promise.reject(cleanError(isProtected)) : Promise.resolve();
}

export { remove as delete };

const isProtected = new Failure("protected", {
  what: "This stack is protected, and nothing was deleted.",
  why: "A new application has another client id: every customer would have to consent again, or CI be set up again.",
  fixes: [
    run(
      "Turn the protection off, deploy that, then destroy",
      setSetting("protect", "false"),
      pulumi("up"),
      pulumi("destroy"),
    ),
    // This depends on the consent: one that fails keeps the protection.
    run(
      "If that deployment fails at the consent, turn off the protection alone",
      pulumi("up", "--target", "**DestroyProtection**"),
      pulumi("destroy"),
    ),
  ],
});
