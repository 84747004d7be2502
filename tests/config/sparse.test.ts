import { expect } from "chai";
import fc from "fast-check";
import * as schema from "../../config/schema";
import { sparse } from "../../config/sparse";
import { EKS } from "../support/eks";
import { stacks } from "./written";

describe("what has to be written", () => {
  it("is what is not the default, at whatever depth", () => {
    const tenant = schema.tenant.parse({
      budget: { cpu: "4", pods: 12 },
      access: { admins: [{ group: "acme-admins", sharedWith: [] }] },
      isolation: { runtime: "native" },
    });
    expect(sparse(schema.tenant, tenant)).to.deep.equal({
      access: { admins: [{ group: "acme-admins" }] },
      budget: { pods: 12 },
    });
    expect(sparse(schema.platform, schema.platform.parse(EKS))).to.deep.equal(EKS);
  });

  it("means the same, whatever it is", () => {
    fc.assert(
      fc.property(stacks, ({ tenants }) => {
        for (const written of Object.values(tenants ?? {})) {
          const parsed = schema.tenant.safeParse(written);
          if (!parsed.success) continue;
          expect(schema.tenant.parse(sparse(schema.tenant, parsed.data))).to.deep.equal(parsed.data);
        }
      }),
      { numRuns: 25 },
    );
  });
});
