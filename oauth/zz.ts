import { y } from "@pulumi/pulumi";
import { y2 } from "@pulumi/azuread/x";
import { v } from "valibot";
import { Vault } from "../vault/secrets.js";
import { readFileSync } from "node:fs";
import { q } from "./nothing";
