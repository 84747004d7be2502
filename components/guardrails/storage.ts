import { ofTenant } from "./facts";
import { by, controllers, type Exemptions, notByPlatform, outsider } from "./identities";
import { ACTS, type Guard, guard } from "./rule";
import { CHANGED, target, WRITTEN } from "./targets";

const claims = (exemptions: Exemptions): Guard =>
  guard({
    name: "storage-claims",
    concern: "storage",
    on: [target("", "persistentvolumeclaims")],
    when: {
      "spec-changes": "oldObject == null || object.spec != oldObject.spec",
      "not-by-the-binder": `!(${by(controllers("persistent-volume-binder"))})`,
      ...notByPlatform(exemptions),
    },
    facts: ["tenant", "restrictsStorageClasses", "storageClasses"],
    rules: [
      {
        // Volumes have no namespace: one that is free, or was freed with data on it, is anybody's who names it.
        id: "storage-volume",
        threats: ["T99"],
        require: `variables.tenant == "" || (!has(object.spec.selector) && object.spec.?volumeName.orValue("") == (oldObject == null ? "" : oldObject.spec.?volumeName.orValue("")))`,
        message: "a claim may not choose its volume; remove volumeName and selector",
      },
      {
        // No class at all means that only free volumes are looked at, which is a choice of volume again.
        id: "storage-class",
        threats: ["T99", "T100"],
        require: `variables.tenant == "" || (object.spec.?storageClassName.orValue("") != "" && (!variables.restrictsStorageClasses || object.spec.storageClassName in variables.storageClasses))`,
        message: "the storage class is missing or not the tenant's; set storageClassName to one of the tenant's",
        advice: `"the storage class is missing or not the tenant's; set storageClassName" + (variables.restrictsStorageClasses ? " to one of " + variables.storageClasses.join(", ") : "")`,
      },
      {
        id: "storage-attributes-class",
        threats: ["T100"],
        require: `variables.tenant == "" || !variables.restrictsStorageClasses || object.spec.?volumeAttributesClassName.orValue("") in [""] + variables.storageClasses`,
        message: "the volume attributes class is not the tenant's; remove volumeAttributesClassName",
      },
      {
        id: "storage-data-source",
        threats: ["T101"],
        require: `variables.tenant == "" || ${ofTenant(`object.spec.?dataSourceRef.?namespace.orValue(variables.tenant)`)}`,
        message: "the claim copies data of another namespace; remove dataSourceRef.namespace",
      },
    ],
  });

/** T101: a content is a snapshot's volume: cluster-wide, and anybody's who names it. */
const snapshots = (exemptions: Exemptions): Guard =>
  guard({
    name: "storage-snapshots",
    concern: "storage",
    on: [target("snapshot.storage.k8s.io", "volumesnapshots", WRITTEN, ["*"])],
    when: notByPlatform(exemptions),
    facts: ["tenant"],
    rules: [
      {
        id: "storage-snapshot",
        threats: ["T101"],
        require: `variables.tenant == "" || !has(object.spec.source.volumeSnapshotContentName)`,
        message: "a snapshot may not choose its content; name a persistentVolumeClaimName of this namespace",
      },
    ],
  });

/** The scheduler reads these from all namespaces, so one that lies sends other tenants' pods astray. */
const capacities = (exemptions: Exemptions): Guard =>
  guard({
    name: "storage-capacity",
    policy: ACTS,
    concern: "storage",
    on: [target("storage.k8s.io", "csistoragecapacities", CHANGED)],
    facts: ["tenant"],
    variables: outsider(exemptions),
    rules: [
      {
        id: "storage-capacity",
        threats: ["T100"],
        require: `variables.tenant == "" || variables.outsider`,
        message: "storage drivers alone say what capacity there is",
      },
    ],
  });

export function storage(exemptions: Exemptions): Guard[] {
  return [claims(exemptions), snapshots(exemptions), capacities(exemptions)];
}
