import type { AttestedImage } from './attester.ts'
import type { FoundAttestation, SigningSetup } from './existing.ts'

/**
 * Commands that verify an attestation. They name its signer exactly; the registry's login is the caller's.
 * cosign: https://github.com/sigstore/cosign/blob/main/doc/cosign_verify-attestation.md
 * gh: https://cli.github.com/manual/gh_attestation_verify
 */
export function verifyCommands(
  {
    predicateType,
    subject,
    verified: { identity, issuer, logIndex, hasTimestamp },
  }: FoundAttestation & { readonly subject: string },
  { holders: [first] }: Pick<AttestedImage, 'holders'>,
  {
    inputs,
    services,
    trustedRoot,
    claims,
  }: Pick<SigningSetup, 'inputs' | 'services' | 'trustedRoot' | 'claims'>,
): string[] {
  const image = `${first.uri}@${subject}`
  const root = inputs.trustedRoot?.path ?? null
  // cosign knows the trust root of the public good instance alone.
  const cosign = root === null && services.instance === 'github' ? [] : [cosignCommand()]
  return [...cosign, ...(services.instance === 'custom' ? [] : [ghCommand()])]

  function cosignCommand(): string {
    return commandLine([
      'cosign',
      'verify-attestation',
      ...(root === null ? [] : ['--trusted-root', root]),
      // By default cosign wants a certificate that a log of certificates has signed for, and GitHub's own instance has
      // no such log.
      ...(trustedRoot.ctlogs.length === 0 ? ['--insecure-ignore-sct'] : []),
      ...(logIndex === null ? ['--insecure-ignore-tlog'] : []),
      ...(hasTimestamp ? ['--use-signed-timestamps'] : []),
      '--type',
      predicateType,
      '--certificate-identity',
      identity,
      '--certificate-oidc-issuer',
      issuer,
      image,
    ])
  }

  function ghCommand(): string {
    // https://github.com/OWNER/NAME/.github/workflows/push.yml@REF → github.com/OWNER/NAME/.github/workflows/push.yml
    const workflow = identity.replace(/^https:\/\//, '').replace(/@[^@]*$/, '')
    const [, owner, name] = workflow.split('/')
    const isOfAnother = `${owner}/${name}` !== claims.repository
    return commandLine([
      'gh',
      'attestation',
      'verify',
      `oci://${image}`,
      '--bundle-from-oci',
      '--repo',
      claims.repository,
      ...(isOfAnother ? ['--signer-workflow', workflow] : []),
      '--predicate-type',
      predicateType,
    ])
  }
}

/** For a POSIX shell. */
function commandLine(words: readonly string[]): string {
  return words
    .map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`))
    .join(' ')
}
