import { expect } from "chai";
import { rolesBefore } from "../../../../../tools/standin/aws/account";
import { refusal } from "../bench";
import { keyPolicy, trust } from "../documents";
import { useCloud } from "./site";

const sendPolicy = JSON.stringify({
  Version: "2012-10-17",
  Statement: [
    { Effect: "Allow", Principal: { Service: "events.amazonaws.com" }, Action: "sqs:SendMessage", Resource: "*" },
  ],
});

describe("the stand-in cloud", () => {
  const { bench, role, attach } = useCloud();

  describe("of identities and keys", () => {
    it("has one role of a name, and keeps it as long as it has policies", async () => {
      const node = await role("ec2.amazonaws.com");
      expect(await refusal(role("ec2.amazonaws.com"))).to.include(
        "EntityAlreadyExists: Role with name role already exists.",
      );
      const attached = await attach(node, "AmazonEKSWorkerNodeMinimalPolicy");
      expect(await refusal(bench().delete(node))).to.include(
        "DeleteConflict: Cannot delete entity, must detach all policies",
      );
      await bench().delete(attached);
      await bench().delete(node);
    });

    it("has one profile of a name, with a role that is there, and lets the role go first as the provider does", async () => {
      const node = await role("ec2.amazonaws.com");
      const profile = await bench().make("InstanceProfile", { name: "node", role: "role", path: "/bulkhead/" });
      expect(profile.state.arn).to.equal("arn:aws:iam::111122223333:instance-profile/bulkhead/node");
      expect(await refusal(bench().make("InstanceProfile", { name: "node" }))).to.include(
        "EntityAlreadyExists: Instance Profile with name node already exists.",
      );
      expect(await refusal(bench().make("InstanceProfile", { role: "nobody" }))).to.include(
        "NoSuchEntity: The role with name nobody cannot be found.",
      );
      await bench().delete(node);
      await bench().delete(profile);
    });

    it("hears of events by a queue that is there, and keeps a rule as long as it has targets", async () => {
      const queue = await bench().make("Queue", { name: "events" });
      const eventPattern = JSON.stringify({ source: ["aws.health"] });
      const rule = await bench().make("EventRule", { name: "health", eventPattern });
      const target = await bench().make("EventTarget", { rule: "health", arn: queue.state.arn ?? "" });
      expect(await refusal(bench().make("EventTarget", { rule: "state", arn: queue.state.arn ?? "" }))).to.include(
        "ResourceNotFoundException: Rule state does not exist on EventBus default.",
      );
      expect(await refusal(bench().delete(rule))).to.include("ValidationException: Rule can't be deleted since it has");
      expect(
        await refusal(bench().make("QueuePolicy", { queueUrl: "https://elsewhere", policy: sendPolicy })),
      ).to.include("QueueDoesNotExist: The specified queue does not exist.");
      await bench().make("QueuePolicy", { queueUrl: queue.id, policy: sendPolicy });
      for (const thing of [target, rule, queue]) await bench().delete(thing);
      expect(bench().existing, "the policy went with its queue").to.deep.equal([]);
    });

    it("knows AWS's own policies by name", async () => {
      const node = await role("ec2.amazonaws.com");
      expect(await refusal(attach(node, "AmazonEKSWorkerPolicy"))).to.include(
        "NoSuchEntity: Policy arn:aws:iam::aws:policy/AmazonEKSWorkerPolicy does not exist or is not attachable.",
      );
    });

    it("encrypts logs only with a key whose policy says so", async () => {
      const key = await bench().make("Key", {});
      const logs = { name: "/x", kmsKeyId: key.state.arn ?? "" };
      expect(await refusal(bench().make("LogGroup", logs))).to.include(
        "is not allowed to be used with CloudWatch Logs",
      );
      const service = { Principal: { Service: "logs.eu-central-1.amazonaws.com" } };
      await bench().change(key, { policy: keyPolicy({ Effect: "Allow", ...service, Action: "kms:*", Resource: "*" }) });
      await bench().make("LogGroup", logs);
      expect(await refusal(bench().make("LogGroup", { name: "/x" }))).to.include("ResourceAlreadyExistsException");
    });

    it("makes no key whose policy names a role that is not there, and gives none such a policy", async () => {
      const allow = (arn: string) => ({
        policy: keyPolicy({ Effect: "Allow", Principal: { AWS: arn }, Action: "kms:*", Resource: "*" }),
      });
      const scaling =
        "arn:aws:iam::111122223333:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling";
      const words =
        "MalformedPolicyDocumentException: Policy contains a statement with one or more invalid principals.";
      const key = await bench().make("Key", allow(scaling));
      expect(await refusal(bench().make("Key", allow("arn:aws:iam::111122223333:role/nobody")))).to.include(words);
      expect(await refusal(bench().change(key, allow("arn:aws:iam::111122223333:role/nobody")))).to.include(words);
      const { state } = await role("ec2.amazonaws.com");
      await bench().change(key, allow(String(state.arn)));
      bench().rolesBefore = rolesBefore({ BULKHEAD_AWS_ACCOUNT: "fresh" });
      expect(await refusal(bench().make("Key", allow(scaling)))).to.include(words);
    });

    it("gives a template a new version with each change", async () => {
      const template = await bench().make("LaunchTemplate", { name: "nodes" });
      expect(template.state).to.include({ latestVersion: 1, defaultVersion: 1 });
      expect((await bench().change(template, { name: "nodes", ebsOptimized: "true" })).state).to.include({
        latestVersion: 2,
        defaultVersion: 1,
      });
    });

    it("ends a name that only begins as the program says in 26 digits", async () => {
      const { id } = await bench().make("Role", { namePrefix: "node-", assumeRolePolicy: trust("ec2.amazonaws.com") });
      expect(id).to.match(/^node-\d{26}$/);
    });
  });
});
