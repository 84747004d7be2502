import { expect } from "chai";
import { aboutPlatform, complaintsAbout } from "../complaints";

describe("a platform", () => {
  it("is of a known kind", () => {
    expect(complaintsAbout({ acme: {} }, { platform: { kind: "exsting" } })).to.deep.equal([
      'platform.kind: "exsting" is not a kind of platform; did you mean "existing"? (existing, eks)',
    ]);
    expect(complaintsAbout({ acme: {} }, { platform: { context: "dev" } })).to.deep.equal([
      "platform.kind: is missing; write existing or eks",
    ]);
    expect(complaintsAbout({ acme: {} }, { platform: "existing" })).to.deep.equal([
      'platform: "existing" is not a kind of platform; write names and values, as name: value',
    ]);
  });

  for (const [version, complaint] of [
    [
      1.36,
      'version: 1.36 is not a Kubernetes minor version; write it in quotes, as "1.36", since 1.30 without them is 1.3',
    ],
    ["1.43", 'version: "1.43" is beyond every Kubernetes there is; the newest that is known here is 1.36'],
    ["1.36.3", 'version: "1.36.3" is not a Kubernetes minor version; write it as 1.36, in quotes'],
    ["v1.36", 'version: "v1.36" is not a Kubernetes minor version; write it as 1.36, in quotes'],
    [
      "1.29",
      'version: "1.29" is older than 1.30, which is the first with the admission policies that the guardrails need',
    ],
  ] as const) {
    it(`has no version ${JSON.stringify(version)}`, () => {
      expect(aboutPlatform("version", version)).to.deep.equal([complaint]);
    });
  }

  for (const [path, value, complaint] of [
    [
      "overcommit",
      0.5,
      "overcommit: 0.5 is less than 1; use 1 to promise every shared tenant its whole budget at once",
    ],
    [
      "capabilities.dnsLabels",
      {},
      "capabilities.dnsLabels: {} is an empty map, which means every pod of kube-system; name the labels of the DNS pods",
    ],
    [
      "capabilities.dnsLabels",
      { "k8s-app": true },
      "capabilities.dnsLabels.k8s-app: true is not a text; put it in quotes",
    ],
    [
      "capabilities.podCidrs",
      ["10.244.0.1/16"],
      'capabilities.podCidrs[0]: "10.244.0.1/16" has bits beyond its prefix length; write 10.244.0.0/16',
    ],
    [
      "pools.shared",
      { runtimes: [] },
      "pools.shared.runtimes: [] is an empty list; name at least one runtime, or remove the key for native",
    ],
    ["kubeconfig", "", 'kubeconfig: "" is an empty text; write a path or remove the key'],
  ] as const) {
    it(`is refused with the way out: ${complaint}`, () => {
      expect(aboutPlatform(path, value)).to.deep.equal([complaint]);
    });
  }
});
