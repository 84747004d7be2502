/** A server without plugins that guards rest on, and the attacks that only these stop. */
export const BARE_SERVER = {
  flags: [
    // Without NodeRestriction, which every other server here has.
    "--enable-admission-plugins=ExtendedResourceToleration",
    "--disable-admission-plugins=CertificateSubjectRestriction,Priority,RuntimeClass",
  ],
  stops: [
    ...["T15", "T15-preemption", "T15-overhead", "T68", "T125", "T125-taint", "T125-other"],
    ...["T126", "T126-secrets", "T126-configmaps", "T126-pods", "T126-claim", "T126-pod", "T127", "T128"],
  ],
};
