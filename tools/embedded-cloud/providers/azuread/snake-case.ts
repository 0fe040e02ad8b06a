/** Converts `resourceAppId` to `resource_app_id`, the form in the provider's own schema. */
export const snakeCase = (property: string): string =>
  property.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
