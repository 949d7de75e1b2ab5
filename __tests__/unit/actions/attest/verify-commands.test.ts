import { execFileSync } from 'node:child_process'
import { describe, expect, test } from '@jest/globals'
import type { SigningSetup } from '../../../../src/actions/attest/existing.ts'
import { verifyCommands } from '../../../../src/actions/attest/verify-commands.ts'
import { readClaims } from '../../../../src/sigstore/claims.ts'
import { type SigstoreInstance, servicesOf } from '../../../../src/sigstore/instance.ts'
import { SOURCE_REPOSITORY } from '../../../../src/sigstore/signer.ts'
import { SERVER, tokenOf } from '../../../support/sigstore/job.ts'

const digest = `sha256:${'ab'.repeat(32)}`
const uri = '123456789012.dkr.ecr.eu-west-1.amazonaws.com/demo'
const type = 'https://slsa.dev/provenance/v1'
const issuer = 'https://token.actions.githubusercontent.com'

function commands(
  instance: SigstoreInstance,
  {
    host = 'github.com',
    workflow = 'octo-org/demo/.github/workflows/build.yml@refs/heads/main',
    root = '',
    ctlogs = 1,
    logIndex = null as string | null,
    hasTimestamp = true,
    issuer: iss = issuer,
    repository = null as string | null,
  } = {},
): string[] {
  const setup = {
    inputs: { trustedRoot: root === '' ? null : { path: root, text: '' } },
    services: { ...servicesOf(instance === 'custom' ? 'github' : instance, SERVER), instance },
    trustedRoot: { ctlogs: Array.from({ length: ctlogs }, () => ({})) },
    claims: readClaims(tokenOf()),
  } as unknown as SigningSetup
  const identity = `https://${host}/${workflow}`
  const extensions = new Map(
    repository === null ? [] : [[SOURCE_REPOSITORY, `https://${host}/${repository}`]],
  )
  const proofs = { extensions, logIndex, hasTimestamp }
  const verified = { identity, issuer: iss, statement: {} as never, ...proofs }
  const holders = [{ uri }] as never
  return verifyCommands({ referrer: '', predicateType: type, subject: digest, verified }, { holders }, setup)
}

describe('the commands that verify', () => {
  const COMMON = `--type ${type} --certificate-identity https://github.com/octo-org/demo/.github/workflows/build.yml@refs/heads/main --certificate-oidc-issuer ${issuer} ${uri}@${digest}`
  const GH = `gh attestation verify oci://${uri}@${digest} --bundle-from-oci --repo octo-org/demo --cert-identity https://github.com/octo-org/demo/.github/workflows/build.yml@refs/heads/main --predicate-type ${type}`
  const WITHOUT_LOG = '--insecure-ignore-tlog --use-signed-timestamps'
  test.each<[SigstoreInstance, string, string[]]>([
    ['public-good', '', [`cosign verify-attestation ${COMMON}`, GH]],
    ['public-good', 'root.json', [`cosign verify-attestation --trusted-root root.json ${COMMON}`, GH]],
    // cosign does not know GitHub's trust root.
    ['github', '', [GH]],
    [
      'github',
      'root.json',
      [`cosign verify-attestation --trusted-root root.json ${WITHOUT_LOG} ${COMMON}`, GH],
    ],
    ['custom', 'root.json', [`cosign verify-attestation --trusted-root root.json ${WITHOUT_LOG} ${COMMON}`]],
  ])('of what %s has signed, with the trust root %j', (instance, root, lines) => {
    const proofs = instance === 'public-good' ? { logIndex: '7', hasTimestamp: false } : {}
    expect(commands(instance, { root, ...proofs })).toEqual(lines)
  })

  test.each<[number, boolean]>([
    [0, true],
    [1, false],
    [2, false],
  ])(
    'of a trust root with %i ctlogs ask cosign for no signed certificate timestamp: %s',
    (ctlogs, ignored) => {
      const [cosign] = commands('custom', { root: 'root.json', ctlogs })
      expect(cosign?.split(' ').includes('--insecure-ignore-sct')).toBe(ignored)
    },
  )

  // What the services of this run are says nothing of a bundle that another run has signed.
  test.each<[string | null, boolean, string[]]>([
    ['7', false, []],
    ['0', true, ['--use-signed-timestamps']],
    [null, true, ['--insecure-ignore-tlog', '--use-signed-timestamps']],
  ])(
    'take from the bundle (log entry %s, timestamp %s) what cosign is to check',
    (logIndex, hasTimestamp, flags) => {
      for (const instance of ['custom', 'public-good', 'github'] as const) {
        const [cosign = ''] = commands(instance, { root: 'root.json', logIndex, hasTimestamp })
        expect(cosign.split(' ').filter((word) => /tlog|timestamps/.test(word))).toEqual(flags)
      }
    },
  )

  const wordsAfter = (line = '', flag = '') => {
    const words = execFileSync('sh', ['-c', `gh() { printf '%s\\n' "$@"; }; ${line}`], { encoding: 'utf8' })
    const all = words.split('\n')
    return all.includes(flag) ? all[all.indexOf(flag) + 1] : null
  }

  // A regular expression, or a cut at some @, would take another workflow for this one, or not find this one.
  test.each([
    'octo-org/demo/.github/workflows/build.yml@refs/heads/main',
    'octo-org/shared/.github/workflows/push.yml@refs/tags/v1',
    'octo-org/shared/.github/workflows/push.yml@refs/heads/a@b',
    'octo-org/shared/.github/workflows/c++ (new) [x]@2.yml@refs/heads/main',
    'octo-org/shared/.github/workflows/push.yml@00112233445566778899aabbccddeeff00112233',
  ])('name the workflow that signed exactly: %s', (workflow) => {
    const gh = commands('public-good', { workflow })[1]
    expect(wordsAfter(gh, '--repo')).toBe('octo-org/demo')
    expect(wordsAfter(gh, '--cert-identity')).toBe(`https://github.com/${workflow}`)
    expect(gh).not.toContain('--signer-workflow')
  })

  // Renamed in the build, or of a Fulcio that does not write it.
  test.each([
    ['github.com', 'octo-org/renamed', 'octo-org/renamed'],
    ['acme.ghe.com', 'octo-org/renamed', 'octo-org/renamed'],
    ['github.com', null, 'octo-org/demo'],
  ])('name the repository as the certificate does: on %s, %s', (host, repository, named) => {
    const gh = commands('github', { host, repository })[0]
    expect(wordsAfter(gh, '--repo')).toBe(named)
  })

  test.each([
    ['github.com', issuer, null, null],
    ['github.com', `${issuer}/octo-ent`, null, `${issuer}/octo-ent`],
    // gh knows the issuer of a host of data residency by its name.
    ['acme.ghe.com', 'https://token.actions.acme.ghe.com', 'acme.ghe.com', null],
  ])(
    'tell gh the host and the issuer that it does not take by itself: %s, %s',
    (host, given, hostname, oidc) => {
      const [gh] = commands('github', { host, issuer: given })
      expect(wordsAfter(gh, '--hostname')).toBe(hostname)
      expect(wordsAfter(gh, '--cert-oidc-issuer')).toBe(oidc)
    },
  )

  test.each([
    "refs/heads/it's",
    'refs/heads/$(touch x)',
    'refs/heads/a;b',
    'refs/heads/a`b`',
    'refs/heads/ö',
  ])('are one word each for a shell: %s', (ref) => {
    const [line = ''] = commands('custom', {
      workflow: `octo-org/demo/.github/workflows/a.yml@${ref}`,
      root: 'a b.json',
    })
    const said = execFileSync('sh', ['-c', `cosign() { printf '%s\\n' "$@"; }; ${line}`], {
      encoding: 'utf8',
    })
    expect(said.split('\n')).toEqual(
      expect.arrayContaining(['a b.json', `https://github.com/octo-org/demo/.github/workflows/a.yml@${ref}`]),
    )
  })
})
