import { SOURCE_REPOSITORY } from '../../sigstore/signer.ts'
import type { AttestedImage } from './attester.ts'
import type { FoundAttestation, SigningSetup } from './existing.ts'

/**
 * Commands that verify an attestation. They name its signer exactly; the registry's login is the caller's.
 * cosign: https://github.com/sigstore/cosign/blob/main/doc/cosign_verify-attestation.md
 * gh: https://cli.github.com/manual/gh_attestation_verify, and what its flags do in
 * https://github.com/cli/cli/blob/trunk/pkg/cmd/attestation/verify/verify.go
 */
export function verifyCommands(
  {
    predicateType,
    subject,
    verified: { identity, issuer, extensions, logIndex, hasTimestamp },
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
    // https://HOST/OWNER/NAME/.github/workflows/push.yml@REF
    const [, , hostname = ''] = identity.split('/')
    // As the certificate has it, which gh compares: the repository may have had another name when the build began.
    const repository = extensions.get(SOURCE_REPOSITORY)?.replace(`https://${hostname}/`, '')
    return commandLine([
      'gh',
      'attestation',
      'verify',
      `oci://${image}`,
      '--bundle-from-oci',
      // With a host of data residency, gh takes that host's trust root and issuer.
      ...(hostname === 'github.com' ? [] : ['--hostname', hostname]),
      ...(issuer === ISSUER || hostname !== 'github.com' ? [] : ['--cert-oidc-issuer', issuer]),
      '--repo',
      repository ?? claims.repository,
      // Without it, any workflow of the repository passes, on any ref. It is compared exactly: what --signer-workflow gets
      // is a regular expression, open at its end.
      '--cert-identity',
      identity,
      '--predicate-type',
      predicateType,
    ])
  }
}

/** gh's own default; an enterprise may have an issuer of its own. https://docs.github.com/actions/reference/security/oidc */
const ISSUER = 'https://token.actions.githubusercontent.com'

/** For a POSIX shell. */
function commandLine(words: readonly string[]): string {
  return words
    .map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`))
    .join(' ')
}
