/** Tags that the portal interprets as features of an application or service principal. */
import { fields, flag, items, texts, type Value, type Values } from "../base/values";

const tagNames: Readonly<Record<string, string>> = {
  customSingleSignOn: "WindowsAzureActiveDirectoryCustomSingleSignOnApplication",
  enterprise: "WindowsAzureActiveDirectoryIntegratedApp",
  gallery: "WindowsAzureActiveDirectoryGalleryApplicationNonPrimaryV1",
  hide: "HideApp",
};

/** `featureTags` in the form of outputs: one object. */
export function featureTagsOf(tags: Value | undefined): Value {
  const present = texts(tags);
  return [Object.fromEntries(Object.entries(tagNames).map(([feature, tag]) => [feature, present.includes(tag)]))];
}

/** The tags to send: those of the program, otherwise those of its feature tags, otherwise the known ones. */
export function tagsFor(inputs: Values, state: Values): Value[] {
  if (inputs["tags"] !== undefined) return items(inputs["tags"]);
  if (inputs["featureTags"] === undefined) return items(state["tags"]);
  const features = fields(items(inputs["featureTags"])[0]);
  return Object.entries(tagNames).flatMap(([feature, tag]) => (flag(features[feature]) ? [tag] : []));
}
