import { describe, expect, test } from '@jest/globals'
import { readClaims } from '../../../src/sigstore/claims.ts'
import { provenanceOf } from '../../../src/sigstore/provenance.ts'
import { isAbout, parseStatement, statementBytes } from '../../../src/sigstore/statement.ts'
import { JOB, SERVER, tokenOf } from '../../support/sigstore/job.ts'

const hex = 'ab'.repeat(32)
const subject = { name: '123456789012.dkr.ecr.eu-west-1.amazonaws.com/demo', digest: `sha256:${hex}` }

/** What actions/attest 3.2 writes for the same claims: the order of the members is part of what is signed. */
const STATEMENT = {
  _type: 'https://in-toto.io/Statement/v1',
  subject: [{ name: subject.name, digest: { sha256: hex } }],
  predicateType: 'https://slsa.dev/provenance/v1',
  predicate: {
    buildDefinition: {
      buildType: 'https://actions.github.io/buildtypes/workflow/v1',
      externalParameters: {
        workflow: {
          ref: 'refs/heads/main',
          repository: 'https://github.com/octo-org/demo',
          path: '.github/workflows/build.yml',
        },
      },
      internalParameters: {
        github: {
          event_name: 'push',
          repository_id: '1001',
          repository_owner_id: '2002',
          runner_environment: 'github-hosted',
        },
      },
      resolvedDependencies: [
        {
          uri: 'git+https://github.com/octo-org/demo@refs/heads/main',
          digest: { gitCommit: '8a3d0f0c1d2e3f405162738495a6b7c8d9e0f102' },
        },
      ],
    },
    runDetails: {
      builder: { id: 'https://github.com/octo-org/shared/.github/workflows/push.yml@refs/tags/v1' },
      metadata: { invocationId: 'https://github.com/octo-org/demo/actions/runs/4242/attempts/2' },
    },
  },
}

test('the statement is that of actions/attest, byte for byte', () => {
  const bytes = statementBytes(subject, provenanceOf(readClaims(tokenOf()), SERVER))
  expect(bytes.toString('utf8')).toBe(JSON.stringify(STATEMENT))
})

test('a workflow on a tag with an @ in its name', () => {
  const workflow_ref = 'octo-org/demo/.github/workflows/build.yml@refs/tags/demo@1.2.3'
  const { content } = provenanceOf(readClaims(tokenOf({ workflow_ref, ref: 'refs/tags/demo@1.2.3' })), SERVER)
  expect(content).toMatchObject({
    buildDefinition: {
      externalParameters: { workflow: { path: '.github/workflows/build.yml', ref: 'refs/tags/demo@1.2.3' } },
    },
  })
})

describe('claims', () => {
  test('are read from a token', () => {
    expect(readClaims(tokenOf())).toMatchObject({ run_id: '4242', repository_visibility: 'public' })
    const without = readClaims(tokenOf({ repository_visibility: undefined }))
    expect(without.repository_visibility).toBeNull()
  })

  test('that are missing are named, all at once', () => {
    expect(() => readClaims(tokenOf({ run_id: undefined, sha: '', job_workflow_ref: 5 }))).toThrow(
      "GitHub's OIDC token does not say what provenance is made of: sha, job_workflow_ref, run_id missing.",
    )
  })

  test.each(['', 'a', 'a.b', 'a.b.c', `a.${Buffer.from('[]').toString('base64url')}.c`])(
    'a token that is none: %p',
    (token) => {
      expect(() => readClaims(token)).toThrow('GitHub gave an OIDC token that cannot be read.')
    },
  )

  test('no error holds the token', () => {
    const token = tokenOf({ sha: '' })
    let message = ''
    try {
      readClaims(token)
    } catch (error) {
      message = String((error as Error).stack)
    }
    expect(message).toContain('sha missing')
    expect(message).not.toContain(token.split('.')[1])
  })

  test('every required one is needed', () => {
    for (const name of Object.keys(JOB)) {
      const optional = /^(?:repository_owner|workflow|workflow_sha|job_workflow_sha|repository_visibility)$/
      const reading = expect(() => readClaims(tokenOf({ [name]: undefined })))
      if (optional.test(name)) reading.not.toThrow()
      else reading.toThrow(`${name} missing`)
    }
  })
})

describe('statements', () => {
  test('are read, and are about their subjects only', () => {
    const statement = parseStatement(Buffer.from(JSON.stringify(STATEMENT)))
    if (statement === null) throw new Error('not read')
    expect(isAbout(statement, subject.digest)).toBe(true)
    for (const digest of [`sha256:${'cd'.repeat(32)}`, `sha512:${hex}`, 'sha256:', '', hex]) {
      expect(isAbout(statement, digest)).toBe(false)
    }
  })

  test.each([
    '',
    'null',
    '[]',
    '{}',
    JSON.stringify({ ...STATEMENT, _type: 'https://in-toto.io/Statement/v0.1' }),
    JSON.stringify({ ...STATEMENT, subject: {} }),
    JSON.stringify({ ...STATEMENT, subject: [{ name: 'x' }] }),
    JSON.stringify({ ...STATEMENT, predicateType: null }),
    ...['x', 1, null, true, []].map((predicate) => JSON.stringify({ ...STATEMENT, predicate })),
  ])('what is none: %p', (text) => {
    expect(parseStatement(Buffer.from(text))).toBeNull()
  })
})
