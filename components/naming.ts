import * as pulumi from "@pulumi/pulumi";
import { identifierIn } from "../lib/application/identifier";

/** The unique part of the identifier URI of an application that this stack creates. */
export const identifierOf = (tenantId: string, name: string): string =>
  identifierIn(tenantId, pulumi.getProject(), pulumi.getStack(), name);
