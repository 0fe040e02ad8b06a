/** Azure's built-in roles, whose ids are the same in every cloud. Source: "Azure built-in roles". */
export const roleIds = {
  owner: "8e3af657-a8ff-443c-a75c-2fe8c4bcb635",
  reader: "acdd72a7-3385-48ef-bd42-f606fba81ae7",
  vaultContributor: "f25e0fa2-a7c8-4377-a976-54943a77a395",
  vaultReader: "21090545-7ca7-4776-b22c-e363652d74d2",
  secretsOfficer: "b86a8fe4-44ce-4948-aee5-eccb2c155cd7",
  secretsUser: "4633458b-17de-408a-b874-0445c86b69e6",
  certificatesOfficer: "a4417e6f-fecd-4de8-b567-7b0420556985",
  cryptoUser: "12338af0-0e69-4776-bea7-57ae8d297424",
  blobReader: "2a2b9908-6ea1-4ae2-8e65-a410df84e7d1",
  blobContributor: "ba92f5b4-2d11-453d-a403-e96b0029c9fe",
} as const;

export type RoleName = keyof typeof roleIds;
