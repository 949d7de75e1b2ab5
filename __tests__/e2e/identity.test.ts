import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import http from 'node:http'
import net, { type AddressInfo } from 'node:net'
import path from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals'
import { ACCOUNT, REGION, type Stage } from '../../dev/stage.ts'
import type { Credentials } from '../../local-ecr/index.ts'
import type { Statement } from '../../src/aws/policy.ts'
import { errorOf } from '../support/annotations.ts'
import { permissionsIn } from '../support/iam.ts'
import { expectSuccess, stageOn } from '../support/parts.ts'
import { onlyRole, policyOf, workflowOf } from '../support/policy.ts'
import { provingRows, rows, variant } from '../support/variants.ts'

jest.setTimeout(120_000)

// Who calls does not depend on the engine: one of them is enough.
let stage: Stage

beforeAll(async () => {
  stage = await stageOn('current')
  mkdirSync(path.join(stage.folder, 'app'))
  writeFileSync(path.join(stage.folder, 'app', 'Dockerfile'), 'FROM scratch\nCOPY Dockerfile /\n')
})

afterEach(() => stage.ecr.faults.clear())
afterAll(() => stage?.close())

const ROLE = `arn:aws:iam::${ACCOUNT}:role/deploy/ci`
const inputs = { repository: 'app', 'aws-region': REGION, context: 'app', tags: 'v1', 'role-to-assume': ROLE }
const NOBODY = { AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '', AWS_SESSION_TOKEN: '' }

/** What the runner gives to a job with `id-token: write`. */
const withIdToken = () => ({
  ...NOBODY,
  ACTIONS_ID_TOKEN_REQUEST_URL: `${stage.ecr.apiUrl}/_local/id-token?api-version=2.0`,
  ACTIONS_ID_TOKEN_REQUEST_TOKEN: stage.ecr.store.idTokens.requestToken,
  GITHUB_RUN_ID: '4711',
})

const subject = 'repo:octo-org/demo:ref:refs/heads/main'
const requests = (from: number) => stage.ecr.requests.slice(from).filter(({ side }) => side === 'api')

/** What the first test has pushed: whose credentials they are is seen without an engine. */
const THERE = { 'if-image-exists': 'skip' }

describe('role-to-assume', () => {
  test('through GitHub’s OIDC token; nothing of it is left for anybody', async () => {
    // The two documents that npm run policy prints for this step are all that there is to the role.
    const { trust, permissions } = onlyRole(
      policyOf(workflowOf({ on: { push: { branches: ['main'] } }, inputs }), { repository: 'octo-org/demo' }),
    )
    stage.ecr.store.addRole(ROLE, {
      trust: JSON.stringify(trust),
      policy: JSON.stringify(permissions),
      maxSeconds: 7200,
    })
    const issued: Credentials[] = []
    const tokens: string[] = []
    const { store } = stage.ecr
    const [issue, issueToken] = [
      store.issueCredentials.bind(store),
      store.idTokens.issue.bind(store.idTokens),
    ]
    store.issueCredentials = (...given) => {
      const credentials = issue(...given)
      issued.push(credentials)
      return credentials
    }
    store.idTokens.issue = (...given) => {
      const token = issueToken(...given)
      tokens.push(token)
      return token
    }
    const before = stage.ecr.requests.length
    const env = { ...withIdToken(), RUNNER_DEBUG: '1' }
    const result = await stage.main({ ...inputs, 'role-duration-seconds': '7200' }, { env })
    store.issueCredentials = issue
    store.idTokens.issue = issueToken
    expectSuccess(result)

    const [first, ...others] = requests(before)
    expect(first).toMatchObject({
      operation: 'AssumeRoleWithWebIdentity',
      input: {
        RoleArn: ROLE,
        RoleSessionName: 'ecr-build-push-4711',
        DurationSeconds: 7200,
        WebIdentityToken: '***',
      },
    })
    // One session for the whole step.
    expect(tokens).toHaveLength(1)
    expect(issued).toHaveLength(1)
    const session = `arn:aws:sts::${ACCOUNT}:assumed-role/ci/ecr-build-push-4711`
    expect(new Set(others.map(({ caller }) => caller))).toEqual(new Set([session]))

    const secrets = [...tokens, ...issued.flatMap((one) => [one.secretAccessKey, one.sessionToken ?? ''])]
    expect(secrets.every((secret) => secret !== '')).toBe(true)
    const files = readdirSync(stage.folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => readFileSync(path.join(entry.parentPath, entry.name)))
    for (const secret of secrets) {
      const shown = result.raw.split('\n').filter((line) => line.includes(secret))
      expect(shown.length).toBeGreaterThan(0)
      expect(shown.every((line) => line.startsWith('::add-mask::'))).toBe(true)
      expect(JSON.stringify([result.outputs, result.state, result.summary])).not.toContain(secret)
      expect(files.some((bytes) => bytes.includes(secret))).toBe(false)
    }
  })

  // Variant: unit/aws/role.test.ts: neither a token nor credentials
  variant('without the permission: the two lines that are missing', async () => {
    const result = await stage.main(inputs, { env: NOBODY })
    expect(result.exitCode).toBe(1)
    expect(result.annotations).toHaveLength(1)
    expect(errorOf(result)).toContain(
      `${ROLE} cannot be assumed: GitHub gives this job no OIDC token, and there are no other AWS credentials`,
    )
    expect(errorOf(result)).toContain('\npermissions:\n  id-token: write\n')
    expect(result.log).not.toContain('[command]')
  })

  const refusals: [what: string, role: object, given: object, remedy: string][] = [
    [
      'trust for another branch',
      { subjects: ['repo:octo-org/demo:ref:refs/heads/release'] },
      {},
      `whose token has the subject '${subject}' and the audience 'sts.amazonaws.com': {"Effect":"Allow","Principal":{"Federated":"arn:aws:iam::${ACCOUNT}:oidc-provider/token.actions.githubusercontent.com"},"Action":"sts:AssumeRoleWithWebIdentity","Condition":{"StringEquals":{"token.actions.githubusercontent.com:aud":"sts.amazonaws.com","token.actions.githubusercontent.com:sub":"${subject}"}}}`,
    ],
    [
      'another audience',
      { subjects: [subject] },
      { audience: 'elsewhere' },
      "the account of the role needs an IAM OIDC identity provider for https://token.actions.githubusercontent.com with the audience 'elsewhere'.",
    ],
    [
      'a duration above the role’s',
      { subjects: [subject] },
      { 'role-duration-seconds': '43200' },
      "reduce role-duration-seconds (43200), or raise the role's maximum session duration in IAM.",
    ],
  ]
  // Variants: unit/aws/role.test.ts has all that STS refuses.
  const refused = provingRows(refusals, ([what]) => what === 'trust for another branch')
  test.each(refused)('%s: the error says which policy has to change', async (_, role, given, remedy) => {
    stage.ecr.store.addRole(ROLE, role)
    const result = await stage.main({ ...inputs, ...given }, { env: withIdToken() })
    expect(result.exitCode).toBe(1)
    expect(result.annotations).toHaveLength(1)
    expect(errorOf(result)).toContain(`${ROLE} cannot be assumed (sts:AssumeRoleWithWebIdentity)`)
    expect(errorOf(result)).toContain(remedy)
  })

  const workflow = {
    GITHUB_REPOSITORY: 'octo-org/demo',
    GITHUB_WORKFLOW: 'Build & push <all>',
    GITHUB_ACTOR: 'octocat[bot]',
    GITHUB_REF: 'refs/heads/main',
    GITHUB_SHA: 'a'.repeat(40),
  }

  test('chained from explicit credentials, which win over the token; CloudTrail sees the run', async () => {
    stage.ecr.store.addRole(ROLE, { principals: [`arn:aws:sts::${ACCOUNT}:`] })
    const before = stage.ecr.requests.length
    const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } = stage.env as Record<
      string,
      string
    >
    const explicit = { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } as Record<string, string>
    const env = { ...withIdToken(), ...workflow, ...explicit }
    const given = { ...inputs, ...THERE, 'role-session-name': 'release@1' }
    const result = await stage.main(given, { env })
    expectSuccess(result)
    const [first, ...others] = requests(before)
    expect(first).toMatchObject({
      operation: 'AssumeRole',
      caller: `arn:aws:sts::${ACCOUNT}:assumed-role/ci/local-ecr`,
      input: {
        RoleSessionName: 'release@1',
        Tags: [
          { Key: 'GitHub', Value: 'Actions' },
          { Key: 'Repository', Value: 'octo-org/demo' },
          { Key: 'Workflow', Value: 'Build _ push _all_' },
          { Key: 'Run', Value: '4711' },
          { Key: 'Actor', Value: 'octocat_bot_' },
          { Key: 'Branch', Value: 'refs/heads/main' },
          { Key: 'Commit', Value: 'a'.repeat(40) },
        ],
      },
    })
    expect(others[0]?.caller).toBe(`arn:aws:sts::${ACCOUNT}:assumed-role/ci/release@1`)
  })

  test('through another role, with an external id, in the account that is allowed', async () => {
    const hub = 'arn:aws:iam::210987654321:role/hub'
    const sessionOfHub = 'arn:aws:sts::210987654321:assumed-role/hub/ecr-build-push-4711'
    stage.ecr.store.addRole(hub, { subjects: [subject] })
    stage.ecr.store.addRole(ROLE, { principals: [sessionOfHub], externalId: 'tools' })
    const before = stage.ecr.requests.length
    const given = { 'role-to-assume': `${hub}\n${ROLE}`, 'role-external-id': 'tools' }
    const all = { ...inputs, ...THERE, ...given, 'allowed-account-ids': ACCOUNT }
    const result = await stage.main(all, { env: withIdToken() })
    expectSuccess(result)
    const [first, second, ...others] = requests(before)
    expect(first).toMatchObject({ operation: 'AssumeRoleWithWebIdentity', input: { RoleArn: hub } })
    expect(second).toMatchObject({ operation: 'AssumeRole', caller: sessionOfHub })
    expect(second?.input).toMatchObject({ RoleArn: ROLE, ExternalId: 'tools' })
    const session = `arn:aws:sts::${ACCOUNT}:assumed-role/ci/ecr-build-push-4711`
    expect(new Set(others.map(({ caller }) => caller))).toEqual(new Set([session]))
    expect(result.log).not.toContain('tools')
  })

  test('with a session that may do no more than this step, docker included', async () => {
    stage.ecr.store.addRole(ROLE, { subjects: [subject] })
    writeFileSync(path.join(stage.folder, 'app', 'Dockerfile.base'), `FROM ${stage.baseImage}\nCOPY . /\n`)
    const before = stage.ecr.requests.length
    const all = { ...inputs, file: 'app/Dockerfile.base', 'role-session-policy': 'minimal', cache: 'ecr' }
    expectSuccess(await stage.main(all, { env: withIdToken() }))
    const [first] = requests(before)
    const { Statement } = JSON.parse(String((first?.input as { Policy?: string } | undefined)?.Policy)) as {
      Statement: Statement[]
    }
    const repositories = permissionsIn(Statement).filter(({ resource }) => resource !== '*')
    const arn = (name: string) => `arn:aws:ecr:${REGION}:${ACCOUNT}:repository/${name}`
    const base = stage.baseImage.replace(/^[^/]+\//, '').replace(/[:@].*$/, '')
    expect(new Set(repositories.map(({ resource }) => resource))).toEqual(new Set([arn('app'), arn(base)]))
    expect(repositories.filter(({ resource }) => resource === arn(base)).map(({ action }) => action)).toEqual(
      [
        // Its name may be that of a pull-through cache, whose first pull makes the repository.
        'ecr:CreateRepository',
        'ecr:BatchImportUpstreamImage',
        'ecr:BatchGetImage',
        'ecr:GetDownloadUrlForLayer',
      ],
    )
  })

  test('credentials of another account than the allowed one: the step ends before anything is done', async () => {
    const before = stage.ecr.requests.length
    const result = await stage.main({
      ...inputs,
      'role-to-assume': '',
      'allowed-account-ids': '210987654321',
    })
    expect(result.exitCode).toBe(1)
    expect(result.annotations.map(({ message }) => message)).toEqual([
      expect.stringContaining(
        `The AWS credentials are of the account ${ACCOUNT} (arn:aws:sts::${ACCOUNT}:assumed-role/ci/local-ecr), and allowed-account-ids has 210987654321. Nothing was changed.`,
      ),
    ])
    expect(requests(before).map(({ operation }) => operation)).toEqual(['GetCallerIdentity'])
  })

  // Variant: unit/aws/role.test.ts: a trust policy without sts:TagSession
  variant('a trust policy without sts:TagSession: a notice, and no tags', async () => {
    stage.ecr.store.addRole(ROLE, { principals: [`arn:aws:sts::${ACCOUNT}:`], tagSession: false })
    const before = stage.ecr.requests.length
    const result = await stage.main(inputs, { env: workflow })
    expectSuccess(result)
    expect(requests(before).filter(({ operation }) => operation === 'AssumeRole')).toHaveLength(2)
    expect(result.annotations.map(({ kind, message }) => `${kind} ${message}`)).toEqual([
      `notice The trust policy of ${ROLE} does not allow sts:TagSession: the session has no tags that tell CloudTrail of this run.`,
    ])
  })

  // Variant: unit/aws/role.test.ts: what STS refuses
  variant('chained without trust: both policies are named', async () => {
    stage.ecr.store.addRole(ROLE)
    const result = await stage.main(inputs)
    expect(result.exitCode).toBe(1)
    expect(errorOf(result)).toContain(
      `allow the identity in use {"Effect":"Allow","Action":["sts:AssumeRole","sts:TagSession"],"Resource":"${ROLE}"}, and let the role's trust policy name that identity as a principal.`,
    )
  })

  // Variant: unit/aws/role.test.ts: a role whose credentials are about to expire
  variant('credentials that expire during the build are fetched anew', async () => {
    stage.ecr.store.addRole(ROLE, { subjects: [subject] })
    const { store } = stage.ecr
    const issue = store.issueCredentials.bind(store)
    // The first ones are about to expire when they come.
    let left = 1
    store.issueCredentials = (account, options = {}) =>
      issue(account, left-- > 0 ? { ...options, expires: new Date(Date.now() + 1000) } : options)
    const before = stage.ecr.requests.length
    writeFileSync(path.join(stage.folder, 'app', 'Dockerfile.slow'), `FROM ${stage.baseImage}\nRUN sleep 2\n`)
    const result = await stage.main({ ...inputs, file: 'app/Dockerfile.slow' }, { env: withIdToken() })
    store.issueCredentials = issue
    expectSuccess(result)
    const assumed = requests(before).filter(({ operation }) => operation === 'AssumeRoleWithWebIdentity')
    expect(assumed).toHaveLength(2)
  })
})

describe('a proxy', () => {
  let proxy: http.Server
  let url: string
  const tunnels: string[] = []

  beforeAll(async () => {
    proxy = http.createServer((_, response) => {
      tunnels.push('not a tunnel')
      response.writeHead(405).end()
    })
    proxy.on('connect', (request, client, head) => {
      tunnels.push(`${request.url} ${request.headers['proxy-authorization'] ?? ''}`.trim())
      const [host = '', port] = (request.url ?? '').split(':')
      const server = net.connect(Number(port), host, () => {
        client.write('HTTP/1.1 200 Connection established\r\n\r\n')
        server.write(head)
        server.pipe(client).pipe(server)
      })
      server.on('error', () => client.destroy())
      client.on('error', () => server.destroy())
    })
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
    url = `http://user:pass@127.0.0.1:${(proxy.address() as AddressInfo).port}`
  })

  afterEach(() => {
    tunnels.length = 0
  })
  afterAll(() => {
    proxy.closeAllConnections()
    proxy.close()
  })

  const { 'role-to-assume': _, ...direct } = inputs
  const host = () => new URL(stage.env['AWS_ENDPOINT_URL'] ?? `https://api.ecr.${REGION}.amazonaws.com`)

  // Variant: unit/shared/proxy.test.ts has the names of the variables.
  test.each(rows(['HTTPS_PROXY'], ['https_proxy']))(
    'of %s carries every call of this process, to the API and to the registry, in a tunnel',
    async (name) => {
      const variable = host().protocol === 'https:' ? name : name.replace(/https/i, (s) => s.slice(0, -1))
      const result = await stage.main(direct, { env: { [variable]: url } })
      expectSuccess(result)
      expect(tunnels.length).toBeGreaterThan(0)
      const credentials = Buffer.from('user:pass').toString('base64')
      const { hostname, port } = host()
      const registry = stage.ecr.registryHost(ACCOUNT, REGION)
      const hosts = [`${hostname}:${port || 443}`, registry.includes(':') ? registry : `${registry}:443`]
      expect(new Set(tunnels)).toEqual(new Set(hosts.map((each) => `${each} Basic ${credentials}`)))
    },
  )

  // Variant: unit/shared/proxy.test.ts has NO_PROXY
  variant('is not asked for a host of NO_PROXY', async () => {
    const env = { HTTPS_PROXY: url, HTTP_PROXY: url, NO_PROXY: 'example.org,.amazonaws.com,localhost' }
    expectSuccess(await stage.main(direct, { env }))
    expect(tunnels).toEqual([])
  })

  // Variant: long/aws-connect.test.ts, and above the other calls
  variant('carries the calls to STS too', async () => {
    stage.ecr.store.addRole(ROLE, { principals: [`arn:aws:sts::${ACCOUNT}:`] })
    const env = { HTTPS_PROXY: url, HTTP_PROXY: url }
    expectSuccess(await stage.main(inputs, { env }))
    if (stage.ecr.mode === 'tls')
      expect(tunnels.map((tunnel) => tunnel.split(':')[0])).toContain(`sts.${REGION}.amazonaws.com`)
  })

  // Variant: unit/shared/proxy.test.ts has a proxy that is none
  variant('that is no address: an error that does not show it', async () => {
    const env = {
      HTTPS_PROXY: 'socks5://user:secret@127.0.0.1:1',
      HTTP_PROXY: 'socks5://user:secret@127.0.0.1:1',
    }
    const result = await stage.main(direct, { env })
    expect(result.exitCode).toBe(1)
    expect(errorOf(result)).toContain('does not hold the address of an HTTP proxy.')
    expect(result.log).not.toContain('secret@')
  })
})
