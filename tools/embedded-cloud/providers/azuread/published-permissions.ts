/** Converts an application's app roles and delegated permissions between Graph's shape and the plugin's. */
import { fields, flag, inSetOrder, items, text, type Value, type Values } from "../base/values";
import { orNull } from "./or-null";

export function appRoleState(role: Value): Values {
  const { allowedMemberTypes, description, displayName, id, isEnabled, value } = fields(role);
  return {
    allowedMemberTypes: inSetOrder(items(allowedMemberTypes)),
    description: text(description),
    displayName: text(displayName),
    enabled: flag(isEnabled),
    id: text(id),
    value: text(value),
  };
}

export function scopeState(scope: Value): Values {
  const graph = fields(scope);
  const texts = [
    "adminConsentDescription",
    "adminConsentDisplayName",
    "id",
    "type",
    "userConsentDescription",
    "userConsentDisplayName",
    "value",
  ];
  return { ...Object.fromEntries(texts.map((key) => [key, text(graph[key])])), enabled: flag(graph["isEnabled"]) };
}

/** Name → id, for permissions with a name. */
export const idsByValue = (permissions: Value | undefined): Values =>
  Object.fromEntries(
    items(permissions)
      .map(fields)
      .filter(({ value }) => text(value) !== "")
      .map(({ id, value }) => [text(value), text(id)]),
  );

/** Graph's shape of one of the program's app roles or scopes. */
export function toGraph(permission: Value): Values {
  const { enabled, value, ...rest } = fields(permission);
  return { ...rest, isEnabled: enabled !== false, value: orNull(value) };
}

/** Graph deletes only disabled permissions. @returns those that `after` lacks, disabled; undefined if none */
export function disabledFirst(before: Value | undefined, after: Value | undefined): Values[] | undefined {
  const kept = new Set(items(after).map((permission) => text(fields(permission)["id"])));
  const goes = (permission: Value): boolean => !kept.has(text(fields(permission)["id"]));
  if (!items(before).some((permission) => goes(permission) && fields(permission)["enabled"] !== false))
    return undefined;
  return items(before).map((permission) => ({
    ...toGraph(permission),
    ...(goes(permission) ? { isEnabled: false } : {}),
  }));
}
