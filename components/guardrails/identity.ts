import { texts } from "./facts";
import { byNode, type Exemptions, notByPlatform } from "./identities";
import { CRON_JOB, guardOfPods, POD, TEMPLATE } from "./pod-shapes";
import { ACTS, type Guard, guard, type Rule } from "./rule";
import { target, WRITTEN } from "./targets";

/** What an API server calls itself where nobody has told it otherwise. A token for it says no more than RBAC grants. */
const API_AUDIENCES = ["https://kubernetes.default.svc", "https://kubernetes.default.svc.cluster.local"];

const ALLOWED = (audience: string) => `${audience} in ${texts(API_AUDIENCES)} || ${audience} in variables.audiences`;

/** T66: a token in a Secret never expires and dies with nothing but the Secret. */
const secrets = (exemptions: Exemptions): Guard =>
  guard({
    name: "identity-secrets",
    concern: "identity",
    on: [target("", "secrets")],
    when: { "type-changes": "oldObject == null || object.?type != oldObject.?type", ...notByPlatform(exemptions) },
    facts: ["tenant"],
    rules: [
      {
        id: "identity-token-secret",
        threats: ["T66"],
        require: `variables.tenant == "" || object.?type.orValue("") != "kubernetes.io/service-account-token"`,
        message: "a Secret of this type is a password for ever; mount a projected token or run kubectl create token",
      },
    ],
  });

/** T65: whoever trusts the cluster's issuer decides by audience who may come in. */
const tokens = (exemptions: Exemptions): Guard =>
  guard({
    name: "identity-tokens",
    concern: "identity",
    on: [target("", "serviceaccounts/token", ["CREATE"])],
    when: { "not-by-a-node": `!(${byNode})`, ...notByPlatform(exemptions) },
    facts: ["tenant", "audiences"],
    rules: [
      {
        id: "identity-token-audience",
        threats: ["T65"],
        require: `variables.tenant == "" || object.spec.?audiences.orValue([]).all(audience, ${ALLOWED("audience")})`,
        message: "the token is meant for somebody who may trust it too much; leave audiences out",
      },
    ],
  });

const source = (holds: string) =>
  `pod.spec.?volumes.orValue([]).all(v, v.?projected.?sources.orValue([]).all(s, ${holds}))`;

const projectedToken: Rule = {
  id: "identity-projected-audience",
  threats: ["T65", "T67"],
  require: `variables.tenant == "" || ${source(`!has(s.serviceAccountToken) || s.serviceAccountToken.?audience.orValue("") == "" || ${ALLOWED("s.serviceAccountToken.audience")}`)}`,
  message: "a projected token is meant for somebody who may trust it too much; leave its audience out",
};

/** T67: a signer that does not look closely makes a certificate that others take for somebody else's. */
function projectedCertificate({ signers }: Exemptions): Rule {
  return {
    id: "identity-projected-certificate",
    threats: ["T67"],
    // dyn: clusters before 1.35 do not know the field.
    require: `variables.tenant == "" || ${source(`!has(dyn(s).podCertificate) || dyn(s).podCertificate.signerName in ${texts(signers)}`)}`,
    message: "certificates for pods are not made by this signer; remove the podCertificate source",
  };
}

/** The certificate authority of the API server, which every pod with a token has anyway; the cluster itself publishes it. */
const API_SIGNER = "kubernetes.io/kube-apiserver-serving";

/** T67: bundles belong to the whole cluster, and whoever can have one made decides whom a pod that mounts it believes. */
function projectedBundle({ signers }: Exemptions): Rule {
  const bundle = "dyn(s).clusterTrustBundle";
  return {
    id: "identity-projected-bundle",
    threats: ["T67"],
    require: `variables.tenant == "" || ${source(`!has(${bundle}) || ${bundle}.?signerName.orValue(${bundle}.?name.orValue("")) in ${texts([API_SIGNER, ...signers])}`)}`,
    message:
      "the trust bundle is not for tenants; mount a ConfigMap of your own in place of the clusterTrustBundle source",
  };
}

/** T67: kubelets ask for these, for pods that were judged before. */
const certificateRequests = (exemptions: Exemptions): Guard =>
  guard({
    name: "identity-certificates",
    policy: ACTS,
    concern: "identity",
    on: [target("certificates.k8s.io", "podcertificaterequests", WRITTEN, ["*"])],
    when: notByPlatform(exemptions),
    facts: ["tenant"],
    rules: [
      {
        id: "identity-certificate-request",
        threats: ["T67"],
        require: `variables.tenant == "" || ${byNode}`,
        message: "only kubelets ask for certificates of pods",
      },
    ],
  });

export function identity(exemptions: Exemptions): Guard[] {
  const shaped = [POD, TEMPLATE, CRON_JOB].map((shape) =>
    guardOfPods(shape, {
      concern: "identity",
      facts: ["tenant", "audiences"],
      rules: [projectedToken, projectedCertificate(exemptions), projectedBundle(exemptions)],
    }),
  );
  return [secrets(exemptions), tokens(exemptions), ...shaped, certificateRequests(exemptions)];
}
