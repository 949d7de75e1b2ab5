// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of a Dockerfile.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { openPulls } from '../../../../src/actions/build-push/open-pulls.ts'
import type { PullInputs, PullsOf } from '../../../../src/actions/build-push/pull-logins.ts'
import { roleFor } from '../../../../src/inputs/role.ts'
import type { RegistrySession } from '../../../../src/oci/registry-session.ts'
import type { World } from '../../../../src/world.ts'
import { inRegion, mainInputs } from '../../../support/inputs.ts'
import { lowerLimits } from '../../../support/limits.ts'
import { fixedSession } from '../../../support/session.ts'

// Which registries a build gets a login to: by what it reads, as whom, and to which hosts a token goes.

const OWN = '123456789012'
const OTHER = '210987654321'
const hostOf = (account: string, region = 'eu-west-1') => `${account}.dkr.ecr.${region}.amazonaws.com`
const roleOf = (account: string, name = 'pull') => roleFor(`arn:aws:iam::${account}:role/${name}`, {})

/** Who was asked for a token: a registry, and the role. */
interface Asked {
  readonly at: string
  readonly as: string | null
}

let folder: string
let asked: Asked[]
/** Of which accounts the job's credentials were to be, whenever somebody connected. */
let allowed: (readonly string[] | undefined)[]
let log: string[]
let debug: string[]
/** What the API calls a registry: by account and region, another host or an error. */
let says: Map<string, string | Error | Promise<never>>
beforeAll(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'open-pulls-'))
})
afterAll(() => rmSync(folder, { recursive: true }))
beforeEach(() => {
  asked = []
  allowed = []
  log = []
  debug = []
  says = new Map()
})

const connectEcr = async ({ repository, role, allowedAccounts }: Parameters<World['connectEcr']>[0]) => {
  allowed.push(allowedAccounts)
  const { registryType, region, registryId } = repository
  const account = registryId ?? role?.arn.split(':')[4] ?? OWN
  const at = registryType === 'public' ? `public/${region}` : `${account}/${region}`
  asked.push({ at, as: role?.arn ?? null })
  const authorize = async () => {
    const said = await (says.get(at) ?? hostOf(account, region ?? ''))
    if (said instanceof Error) throw said
    const host = registryType === 'public' ? null : said
    const password = `token of ${at}${role === null ? '' : ` as ${role.arn}`}`
    return { host, scheme: 'https' as const, username: 'AWS', password, expiresAt: null }
  }
  return { authorize } as unknown as Awaited<ReturnType<World['connectEcr']>>
}

const PUSHES: PullsOf['own'] = Promise.resolve(fixedSession(hostOf(OWN), 'own token'))

async function open(
  dockerfile: string,
  change: Partial<PullInputs> & { readonly more?: Partial<PullInputs['build']> } = {},
  own: Promise<RegistrySession | null> | null = PUSHES,
  legacy: PullsOf['legacy'] = async () => false,
) {
  const file = path.join(folder, 'Dockerfile')
  writeFileSync(file, dockerfile)
  const { more, ...rest } = change
  const inputs = mainInputs({ ...inRegion('eu-west-1'), ...rest })
  const build = { ...inputs.build, context: folder, file, ...more }
  const world = {
    connectEcr,
    clock: () => 0,
    log: (line: string) => log.push(line),
    debug: (line: string) => debug.push(line),
  }
  const pulls = await openPulls({ ...inputs, build }, { own, legacy }, world)
  const logins = await pulls.logins()
  return { ...pulls, logins, tokens: Object.fromEntries(logins.map((one) => [one.registry, one.password])) }
}

describe('nothing is asked', () => {
  test.each<[string, string, Parameters<typeof open>[1]?]>([
    ['no ECR', 'FROM busybox'],
    ['a variable in the platform alone', 'FROM --platform=$BUILDPLATFORM busybox'],
    ['a variable in another instruction', 'FROM busybox\nRUN echo $A'],
    ['the registry that is pushed to', `FROM ${hostOf(OWN)}/base`],
    ['a variable that leads to no ECR', 'ARG A=busybox\nFROM $A'],
    ['only a command mentions ECR', `FROM busybox\nRUN docker pull ${hostOf(OTHER)}/a`],
    ['a stage that looks like a host', `FROM busybox AS ${hostOf(OTHER)}\nFROM ${hostOf(OTHER)}`],
    ['a heredoc mentions ECR', `FROM busybox\nRUN <<EOF\nFROM ${hostOf(OTHER)}/a\nEOF`],
    ['a stage that is not built', `FROM ${hostOf(OTHER)}/a AS x\nFROM busybox`],
    [
      'a named context takes its place',
      `FROM ${hostOf(OTHER)}/a`,
      { more: { buildContexts: [`${hostOf(OTHER)}/a=./folder`] } },
    ],
    ['a Dockerfile that cannot be read', '', { more: { file: '/absent/Dockerfile' } }],
    ['a Dockerfile that docker fetches', '', { more: { file: 'https://example.org/Dockerfile' } }],
  ])('%s', async (_, dockerfile, change = {}) => {
    const { logins, attempts } = await open(dockerfile, change)
    expect([asked, logins, attempts, log]).toEqual([[], [], [], []])
  })
})

describe('a registry is asked once, as whom the inputs say', () => {
  const step = roleOf(OWN, 'ci')
  const given = (role = roleOf(OTHER)) => [{ region: 'eu-west-1', registryId: OTHER, role }]
  test.each<[string, string, Asked, Parameters<typeof open>[1]?]>([
    ['FROM', `FROM ${hostOf(OTHER)}/a`, { at: `${OTHER}/eu-west-1`, as: null }],
    [
      'with the role of the step',
      `FROM ${hostOf(OTHER)}/a`,
      { at: `${OTHER}/eu-west-1`, as: step.arn },
      { role: step },
    ],
    ['another region', `FROM ${hostOf(OWN, 'us-east-1')}/a`, { at: `${OWN}/us-east-1`, as: null }],
    [
      'twice, and by a host of FIPS',
      `FROM ${hostOf(OTHER)}/a AS a\nFROM ${OTHER}.dkr.ecr-fips.eu-west-1.amazonaws.com/b\nCOPY --from=a / /`,
      { at: `${OTHER}/eu-west-1`, as: null },
    ],
    [
      'a variable',
      'ARG ACCOUNT=1\nFROM ${ACCOUNT}.dkr.ecr.eu-west-1.amazonaws.com/a',
      { at: `${OTHER}/eu-west-1`, as: null },
      { buildArgValues: new Map([['ACCOUNT', OTHER]]) },
    ],
    [
      'a variable that a line below has',
      `ARG HOST=${hostOf(OTHER).replace('dkr', '${D}')}\nARG X\nFROM \\\n# the base\n\n $HOST/a`.replace(
        'ARG HOST',
        'ARG D=dkr\nARG HOST',
      ),
      { at: `${OTHER}/eu-west-1`, as: null },
    ],
    ['the frontend', `# syntax=${hostOf(OTHER)}/f\nFROM a`, { at: `${OTHER}/eu-west-1`, as: null }],
    [
      'a cache',
      'FROM a',
      { at: `${OTHER}/eu-west-1`, as: null },
      { more: { cacheTo: [`type=registry,ref=${hostOf(OTHER)}/c:1,mode=max`] } },
    ],
    [
      'a cache by its name alone',
      'FROM a',
      { at: `${OTHER}/eu-west-1`, as: null },
      { more: { cacheFrom: [`${hostOf(OTHER)}/c:1`] } },
    ],
    [
      'a cache among several names alone',
      'FROM a',
      { at: `${OTHER}/eu-west-1`, as: null },
      { more: { cacheFrom: [`example.org/c:1,${hostOf(OTHER)}/c:1`] } },
    ],
    [
      'a named context',
      'FROM base',
      { at: `${OTHER}/eu-west-1`, as: null },
      { more: { buildContexts: [`base=docker-image://${hostOf(OTHER)}/a`] } },
    ],
    [
      'with the role in registries',
      `FROM ${hostOf(OTHER)}/a`,
      { at: `${OTHER}/eu-west-1`, as: roleOf(OTHER, 'push').arn },
      { role: step, registries: given(roleOf(OTHER, 'push')) },
    ],
    [
      'with the role in pull-registries, before that in registries',
      `FROM ${hostOf(OTHER)}/a`,
      { at: `${OTHER}/eu-west-1`, as: roleOf(OTHER).arn },
      { role: step, registries: given(roleOf(OTHER, 'push')), pullRegistries: given() },
    ],
    [
      'pull-registries alone, for a Dockerfile that nobody here reads',
      '',
      { at: `${OTHER}/eu-west-1`, as: roleOf(OTHER).arn },
      { pullRegistries: given(), more: { file: 'https://example.org/Dockerfile' } },
    ],
  ])('%s', async (_, dockerfile, who, change = {}) => {
    const { tokens } = await open(dockerfile, change)
    expect(asked).toEqual([who])
    expect(tokens[hostOf(...(who.at.split('/') as [string, string]))]).toBe(
      `token of ${who.at}${who.as === null ? '' : ` as ${who.as}`}`,
    )
  })

  test('a login of an input is before that of the user, and one that was found is not', async () => {
    const dockerfile = `FROM ${hostOf(OTHER)}/a\nCOPY --from=${hostOf('111122223333')}/b / /`
    const { logins } = await open(dockerfile, { pullRegistries: given() })
    expect(logins.map(({ registry, ofEcr }) => [registry, ofEcr])).toEqual([
      [hostOf(OTHER), 'given'],
      [hostOf('111122223333'), 'found'],
    ])
  })

  test('the legacy builder reads what stands in front of the target too', async () => {
    const dockerfile = `FROM ${hostOf(OTHER)}/a AS x\nFROM busybox`
    expect((await open(dockerfile, {}, PUSHES, async () => true)).tokens).toHaveProperty([hostOf(OTHER)])
    // If nobody knows the builder, docker says itself what is wrong.
    expect((await open(dockerfile, {}, PUSHES, () => Promise.reject(new Error('no docker')))).tokens).toEqual(
      {},
    )
  })
})

describe('the registry of the repository, in pull-registries too', () => {
  const { repository } = inRegion('eu-west-1')
  const change = {
    repository: { ...repository, host: hostOf(OWN), registryId: OWN },
    pullRegistries: [{ region: 'eu-west-1', registryId: OWN, role: roleOf(OWN) }],
  }

  test.each<[string, string, Partial<PullInputs['build']>]>([
    ['a FROM', `FROM ${hostOf(OWN)}/base`, {}],
    ['a Dockerfile that docker fetches', '', { context: 'https://example.org/app.git#main' }],
  ])('without a push it is asked as that role alone: %s', async (_, dockerfile, more) => {
    const { tokens } = await open(dockerfile, { ...change, more }, null)
    expect(asked).toEqual([{ at: `${OWN}/eu-west-1`, as: roleOf(OWN).arn }])
    expect(tokens).toEqual({ [hostOf(OWN)]: `token of ${OWN}/eu-west-1 as ${roleOf(OWN).arn}` })
  })

  test('with a push docker has the login of the push, of which the log tells', async () => {
    const { logins, attempts } = await open(`FROM ${hostOf(OWN)}/base`, change)
    expect([logins, attempts]).toEqual([[], []])
    expect(log).toEqual([
      `pull-registries: docker has one login to ${hostOf(OWN)}, that of the push, and ${roleOf(OWN).arn} is not used there`,
    ])
  })

  test('with a push as the same role there is nothing to tell', async () => {
    const { logins } = await open(`FROM ${hostOf(OWN)}/base`, { ...change, role: roleOf(OWN) })
    expect([logins, log]).toEqual([[], []])
  })
})

describe('a token goes only to hosts of the registry that the API names', () => {
  const evil = (account: string) => `${account}.dkr.ecr.eu-west-1.attacker.example`
  const fips = (account: string) => `${account}.dkr.ecr-fips.eu-west-1.amazonaws.com`
  const files = (account: string) =>
    `FROM ${fips(account)}/a AS a\nFROM ${evil(account)}/b\nCOPY --from=a / /\nCOPY --from=${hostOf(account)}/c / /`

  test.each<[string, string, Parameters<typeof open>[1], PullsOf['own'], string[]]>([
    ['another account', OTHER, {}, PUSHES, [fips(OTHER), hostOf(OTHER)]],
    ['the registry that is pushed to', OWN, {}, PUSHES, [fips(OWN)]],
    ['without a push', OWN, {}, null, [fips(OWN), hostOf(OWN)]],
    [
      'an input names it',
      OTHER,
      { pullRegistries: [{ region: 'eu-west-1', registryId: OTHER, role: null }] },
      PUSHES,
      [fips(OTHER), hostOf(OTHER)],
    ],
  ])('%s', async (_, account, change, own, hosts) => {
    const { tokens } = await open(files(account), change, own)
    expect(Object.keys(tokens).sort()).toEqual(hosts.sort())
  })

  test('to none if the only one that is written is another', async () => {
    const { tokens, attempts } = await open(`FROM ${evil(OTHER)}/a`)
    expect(tokens).toEqual({})
    expect(debug).toContain(`No login to ${evil(OTHER)}: ECR calls that registry ${hostOf(OTHER)}`)
    expect(attempts).toMatchObject([
      { registry: evil(OTHER), refused: `ECR calls that registry ${hostOf(OTHER)}` },
    ])
  })

  test('a registry of another partition has its own host', async () => {
    const host = `${OTHER}.dkr.ecr.cn-north-1.amazonaws.com.cn`
    says.set(`${OTHER}/cn-north-1`, host)
    const { tokens } = await open(`FROM ${host}/a\nCOPY --from=${hostOf(OTHER, 'cn-north-1')}/a / /`)
    expect(Object.keys(tokens)).toEqual([host])
  })
})

describe('allowed-account-ids', () => {
  const dockerfile = `FROM ${hostOf(OTHER)}/a\nCOPY --from=${hostOf(OWN)}/b / /\nCOPY --from=public.ecr.aws/c/d / /`
  const pullRegistries = [{ region: 'us-east-1', registryId: OTHER, role: null }]
  const change = { allowedAccounts: [OWN], pullRegistries }

  test('without a push, whoever is asked first whose the credentials are', async () => {
    await open(dockerfile, change, null)
    expect(asked).toHaveLength(4)
    expect(allowed).toEqual([[OWN], [OWN], [OWN], [OWN]])
  })

  test('without a push, the log says that there is no login', async () => {
    const refused = new Error('The AWS credentials are of another account')
    says.set(`${OTHER}/eu-west-1`, refused)
    await open(`FROM ${hostOf(OTHER)}/a`, { allowedAccounts: [OWN] }, null)
    expect(log).toEqual([`No login to ${hostOf(OTHER)} for what the build reads: ${refused.message}`])
  })

  test('with a push, that was asked before', async () => {
    await open(dockerfile, change)
    expect(new Set(allowed.flat())).toEqual(new Set())
  })
})

describe('a registry that gives no token', () => {
  const refused = new Error('not authorized to perform: sts:AssumeRole')

  test('costs a line for debugging, and the others have theirs', async () => {
    says.set(`${OTHER}/eu-west-1`, refused)
    const third = hostOf('111122223333')
    const { tokens, attempts } = await open(`FROM ${hostOf(OTHER)}/a\nCOPY --from=${third}/b / /`)
    expect(Object.keys(tokens)).toEqual([third])
    expect(debug).toContain(`No login to ${hostOf(OTHER)} for what the build reads: ${refused.message}`)
    expect(log).toEqual([`Has tokens for what the build reads from ${third}`])
    const of = { region: 'eu-west-1', as: null }
    expect(attempts).toEqual(
      expect.arrayContaining([
        { ...of, registry: hostOf(OTHER), registryId: OTHER, refused: refused.message },
        { ...of, registry: third, registryId: '111122223333', refused: null },
      ]),
    )
  })

  test('is told in the log if an input names it', async () => {
    says.set(`${OTHER}/eu-west-1`, refused)
    const pullRegistries = [{ region: 'eu-west-1', registryId: OTHER, role: null }]
    await open('FROM a', { pullRegistries })
    expect(log).toEqual([
      `No login to ECR in eu-west-1 of account ${OTHER} for what the build reads: ${refused.message}`,
    ])
  })

  test('is not waited for longer than its limit', async () => {
    says.set(`${OTHER}/eu-west-1`, new Promise<never>(() => undefined))
    says.set('public/us-east-1', new Promise<never>(() => undefined))
    lowerLimits({ pullTokenMs: 20, publicPullTokenMs: 10 })
    await open(`FROM ${hostOf(OTHER)}/a\nCOPY --from=public.ecr.aws/x/y / /`)
    expect(debug).toEqual(
      expect.arrayContaining([
        `No login to ${hostOf(OTHER)} for what the build reads: no answer within 0.02 s`,
        'No login to public.ecr.aws for what the build reads: no answer within 0.01 s',
      ]),
    )
  })
})

describe('ECR Public', () => {
  const base = 'FROM public.ecr.aws/docker/library/busybox:1.37'

  test('is asked in its region, as the step', async () => {
    const role = roleOf(OWN, 'ci')
    const { tokens } = await open(base, { role })
    expect(asked).toEqual([{ at: 'public/us-east-1', as: role.arn }])
    expect(Object.keys(tokens)).toEqual(['public.ecr.aws'])
  })

  test('is asked beside the registry that is pushed to, if the inputs say the region', async () => {
    const { tokens } = await open(base, {}, new Promise<never>(() => undefined))
    expect(Object.keys(tokens)).toEqual(['public.ecr.aws'])
  })

  test.each(['cn-north-1', 'us-gov-west-1', 'eusc-de-east-1'])('is not asked from %s', async (region) => {
    await open(base, inRegion(region))
    expect(asked).toEqual([])
  })

  test('is not asked if the registry that is pushed to is in another partition', async () => {
    const own = Promise.resolve(fixedSession(`${OWN}.dkr.ecr.cn-north-1.amazonaws.com.cn`, 'x'))
    const { repository } = inRegion('x')
    await open(base, { repository: { ...repository, region: null } }, own)
    expect(asked).toEqual([])
  })

  test('is not asked again if the image is pushed there', async () => {
    const { repository } = inRegion('us-east-1')
    const own = Promise.resolve(fixedSession('public.ecr.aws', 'x'))
    await open(base, { repository: { ...repository, registryType: 'public', alias: 'octo' } }, own)
    expect(asked).toEqual([])
  })
})

test('without a push, and with a Dockerfile that docker fetches, the own registry is what can be known', async () => {
  const { logins } = await open('', { more: { context: 'https://example.org/app.git#main' } }, null)
  expect(asked).toEqual([{ at: `${OWN}/eu-west-1`, as: null }])
  expect(logins.map(({ registry }) => registry)).toEqual([hostOf(OWN)])
})

test('without a push, the registry in the URI of the repository is found by its host, whatever that is', async () => {
  says.set(`${OWN}/eu-west-1`, 'localhost:5000')
  const { repository } = inRegion('eu-west-1')
  const change = { repository: { ...repository, host: 'localhost:5000' } }
  const { tokens } = await open('FROM localhost:5000/base', change, null)
  expect(Object.keys(tokens)).toEqual(['localhost:5000'])
  expect((await open('FROM localhost:5001/base', change, null)).tokens).toEqual({})
})
