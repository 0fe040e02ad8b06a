/** Turns `resourceAppId` into `resource_app_id`, as the provider's own schema has it. */
export const snakeCase = (property: string): string =>
  property.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
