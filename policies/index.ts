import { PolicyPack } from "@pulumi/policy";
import { policies } from "./catalogue";

// Serves the pack as soon as it is constructed: tests and tools import ./catalogue.
new PolicyPack("bulkhead", {
  displayName: "Bulkhead",
  description: "Refuses a plan that would leave a tenant unguarded, before anything is deployed.",
  policies: [...policies],
});
