import { expect } from "chai";
import { ClusterApi, Unreachable } from "../../../../components/cluster/api";
import { eksSite } from "../../../../components/cluster/eks/site";
import type { Site } from "../../../../components/cluster/site";
import { planEstate } from "../../../../components/plan";
import type { Estate } from "../../../../config/estate";
import { formatProblem } from "../../../../config/problems";
import type { EksPlatform } from "../../../../config/schema";
import { useClusters } from "../../../support/clusters";
import { ADDED_BY_AWS, onEks } from "../../../support/eks";
import type { Answers, RegisteredResource } from "../../../support/engine";
import { estateOf } from "../../../support/estate";
import { askedBy } from "../../../support/program";

const SESSION = "arn:aws:sts::111122223333:assumed-role/platform/session";
const ROLE = "arn:aws:iam::111122223333:role/platform";
const ARN = "arn:aws:eks:eu-central-1:111122223333:cluster/staging";

/** An account without a cluster, of whoever has the role `platform`. */
const EMPTY: Answers = {
  "aws:index/getCallerIdentity:getCallerIdentity": () => ({ accountId: "111122223333", arn: SESSION }),
  "aws:iam/getSessionContext:getSessionContext": ({ arn }) => ({ issuerArn: arn === SESSION ? ROLE : arn }),
  "aws:iam/getRoles:getRoles": ({ pathPrefix }) => ({
    names: pathPrefix === "/aws-service-role/autoscaling.amazonaws.com/" ? ["AWSServiceRoleForAutoScaling"] : [],
  }),
  "aws:eks/getClusters:getClusters": () => ({ names: ["production"] }),
};

const cluster = (status: string) => ({
  arn: ARN,
  version: "1.36",
  endpoint: "https://api.staging.example.com",
  certificateAuthorities: [{ data: "Y2VydGlmaWNhdGU=" }],
  status,
});

/** The same with the cluster, on which the autoscaler has made three nodes of one. */
const LIVE: Answers = {
  ...EMPTY,
  "aws:eks/getClusters:getClusters": () => ({ names: ["production", "staging"] }),
  "aws:eks/getCluster:getCluster": ({ name }) => (name === "staging" ? cluster("ACTIVE") : {}),
  "aws:eks/getNodeGroups:getNodeGroups": () => ({ names: ["cluster-acme-1234567"] }),
  "aws:eks/getNodeGroup:getNodeGroup": () => ({ scalingConfigs: [{ minSize: 1, maxSize: 3, desiredSize: 3 }] }),
};

function dedicated(pool: object, platform: object = {}) {
  return estateOf(onEks({ acme: { isolation: { nodes: "dedicated" }, pool } }, platform));
}

/** The site as the program has it, in an account that answers so. */
async function looked(answers: Answers, estate = dedicated({ min: 1, max: 3 })) {
  return run(answers, estate, () => undefined);
}

/** The same, and what it makes of the estate. */
async function built(answers: Answers, estate = dedicated({ min: 1, max: 3 })) {
  return run(answers, estate, (site) => site.construct(planEstate(estate)));
}

async function run(answers: Answers, { platform }: Estate, then: (site: Site) => void) {
  const sites: Site[] = [];
  const look = async () => {
    const site = await eksSite(platform as EksPlatform);
    sites.push(site);
    then(site);
  };
  const { resources, questions } = await askedBy(look, { added: ADDED_BY_AWS, answers });
  const [site] = sites;
  if (!site) throw new Error("nothing was looked at");
  return { site, resources, questions, provider: the(resources, "pulumi:providers:aws", "aws") };
}

function the(resources: readonly RegisteredResource[], type: string, name: string): RegisteredResource {
  const found = resources.find((resource) => resource.type === type && resource.name === name);
  if (!found) throw new Error(`no ${type} ${name}`);
  return found;
}

function acme(resources: readonly RegisteredResource[]) {
  const { inputs, ignoreChanges } = the(resources, "aws:eks/nodeGroup:NodeGroup", "cluster-acme");
  return { scalingConfig: inputs.scalingConfig, ignoreChanges };
}

async function failure(work: Promise<unknown>): Promise<string> {
  try {
    await work;
  } catch (error) {
    expect(error).to.be.instanceOf(Unreachable);
    return (error as Error).message;
  }
  return "nothing failed";
}

describe("a stack on EKS, when it is looked at,", () => {
  const { entered, answering } = useClusters(ROLE);

  describe("the account that a cluster on EKS is made in", () => {
    it("is the file's and no other, whatever the credentials say, and everything in it tells its cluster", async () => {
      const { provider } = await looked(EMPTY, dedicated({}, { tags: { team: "platform" } }));
      expect(provider.inputs).to.deep.include({
        region: "eu-central-1",
        allowedAccountIds: '["111122223333"]',
        defaultTags: '{"tags":{"team":"platform","bulkhead.dev/cluster":"staging"}}',
      });
    });

    it("is asked and built in through this one provider", async () => {
      const { resources, questions, provider } = await built(LIVE);
      const id = `${provider.urn}::id-of-aws`;
      expect(questions.map(({ token }) => token.split(":").at(-1))).to.deep.equal([
        "getCallerIdentity",
        "getSessionContext",
        "getRoles",
        "getClusters",
        "getCluster",
        "getNodeGroups",
        "getNodeGroup",
      ]);
      const ours = resources.filter(({ type }) => type.startsWith("aws:"));
      expect(ours).to.have.length.above(50);
      expect(new Set([...questions, ...ours].map((each) => each.provider))).to.deep.equal(new Set([id]));
    });

    it("takes a session for its role, which is who has to be an administrator", async () => {
      expect((await looked(EMPTY)).site.problems).to.deep.equal([]);
    });

    it("refuses whoever would be locked out of the cluster, before anything is made", async () => {
      const stranger = "arn:aws:iam::111122223333:user/eve";
      const answers = { ...EMPTY, "aws:index/getCallerIdentity:getCallerIdentity": () => ({ arn: stranger }) };
      expect((await looked(answers)).site.problems).to.deep.equal([
        {
          path: ["platform", "admins"],
          value: ["arn:aws:iam::111122223333:role/platform"],
          rule: "does not name you, and nobody but those named reaches the cluster's API; AWS sees you as arn:aws:iam::111122223333:user/eve: add that, or deploy as one of them",
        },
      ]);
    });

    it("is refused without the role of autoscaling groups", async () => {
      const { site } = await looked({ ...EMPTY, "aws:iam/getRoles:getRoles": () => ({ names: [] }) });
      expect(site.problems.map(formatProblem).join()).to.include("aws iam create-service-linked-role");
    });

    it("that does not answer is one line, with AWS's own words", async () => {
      const answers: Answers = {
        ...EMPTY,
        "aws:eks/getClusters:getClusters": () => {
          throw new Error("ExpiredToken: the security token included in the request is expired");
        },
      };
      expect(await failure(looked(answers))).to.match(
        /^AWS does not answer what it is asked first: .*ExpiredToken: the security token included in the request is expired/,
      );
    });
  });

  describe("a cluster on EKS that is there already", () => {
    it("is looked at as the deployer, through a kubeconfig that has no secret in it", async () => {
      const { site } = await looked(LIVE);
      expect(site.name).to.equal("staging");
      expect(site.facts).to.deep.include({
        context: ARN,
        uid: "0b6c7c2e-5f0f-4d0c-9f2e-4a1c1d9a8b7e",
        minor: "1.35",
        deployer: { username: ROLE, groups: ["system:authenticated"] },
      });
      expect(entered()[0]?.context).to.equal(ARN);
      expect(JSON.parse(entered()[0]?.kubeconfig ?? "").clusters[0].cluster).to.deep.equal({
        server: "https://api.staging.example.com",
        "certificate-authority-data": "Y2VydGlmaWNhdGU=",
      });
    });

    it("keeps the nodes that its autoscaler made when a pool may have more of them", async () => {
      const { resources } = await built(LIVE, dedicated({ min: 1, max: 5 }));
      expect(acme(resources)).to.deep.equal({
        scalingConfig: { minSize: 1, maxSize: 5, desiredSize: 3 },
        ignoreChanges: [],
      });
    });

    it("says nothing of the number of nodes while a pool's bounds stay", async () => {
      const { resources } = await built(LIVE);
      expect(acme(resources).ignoreChanges).to.deep.equal(["scalingConfig.desiredSize"]);
    });

    for (const status of ["CREATING", "DELETING", "FAILED"]) {
      it(`is not entered while it is ${status}`, async () => {
        const answers = { ...LIVE, "aws:eks/getCluster:getCluster": () => cluster(status) };
        expect((await looked(answers)).site.facts).to.equal(undefined);
        expect(entered()).to.deep.equal([]);
      });
    }

    it("is entered while it is updated", async () => {
      const answers = { ...LIVE, "aws:eks/getCluster:getCluster": () => cluster("UPDATING") };
      expect((await looked(answers)).site.facts).to.include({ minor: "1.35" });
    });

    for (const status of [401, 403]) {
      it(`is taken for one that is still to be made where it answers ${status}: nobody was let in yet`, async () => {
        answering({ "/api/v1/namespaces": status });
        expect((await looked(LIVE)).site.facts).to.equal(undefined);
      });
    }

    it("that nobody reaches is said as it is", async () => {
      const { Unreachable } =
        require("../../../../components/cluster/kubeconfig") as typeof import("../../../../components/cluster/kubeconfig");
      ClusterApi.connect = () => Promise.reject(new Unreachable("https://api.staging.example.com does not answer"));
      expect(await failure(looked(LIVE))).to.equal("https://api.staging.example.com does not answer");
    });
  });
});
