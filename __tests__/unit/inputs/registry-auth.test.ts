import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { PullLogin } from '../../../src/docker/port.ts'
import { Reader } from '../../../src/inputs/reader.ts'
import { readRegistryAuth } from '../../../src/inputs/registry-auth.ts'
import { withYaml } from '../../../src/inputs/yaml.ts'
import type { InputError } from '../../../src/shared/errors.ts'
import { anyCharacter, FUZZ_TIMEOUT, hold } from '../../support/fuzz.ts'

interface Found {
  readonly logins: readonly PullLogin[]
  readonly problems: readonly string[]
  readonly masked: readonly string[]
}

async function read(text: string): Promise<Found> {
  const masked: string[] = []
  const get = (name: string) => (name === 'registry-auth' ? text : '')
  const source = { get, env: {}, cwd: '/', mask: (secret: string) => masked.push(secret) }
  const reader = new Reader(await withYaml(source))
  const logins = readRegistryAuth(reader)
  try {
    reader.finish()
    return { logins, problems: [], masked }
  } catch (error) {
    return { logins, problems: (error as InputError).message.split('\n'), masked }
  }
}

const HUB = 'https://index.docker.io/v1/'

test('as docker/login-action takes it', async () => {
  const { logins, problems, masked } = await read(`
- username: me
  password: dckr_pat_1
- registry: ghcr.io
  username: octo
  password: |
    ghp_2
- {"registry": "Registry.Example:5000", "username": "a b", "password": "x: y #z"}
- registry: https://quay.io/
  username: q
  password: 0123
  ecr: auto
  scope: ''
`)
  expect(problems).toEqual([])
  expect(logins).toEqual([
    { registry: HUB, username: 'me', password: 'dckr_pat_1' },
    { registry: 'ghcr.io', username: 'octo', password: 'ghp_2' },
    { registry: 'registry.example:5000', username: 'a b', password: 'x: y #z' },
    { registry: 'quay.io', username: 'q', password: '0123' },
  ])
  const stored = logins.map(({ username, password }) =>
    Buffer.from(`${username}:${password}`).toString('base64'),
  )
  expect(masked).toEqual(expect.arrayContaining([...logins.map(({ password }) => password), ...stored]))
})

test.each([
  'docker.io',
  'index.docker.io',
  'registry-1.docker.io',
  HUB,
  'https://index.docker.io/v1',
  'https://docker.io',
  '',
])('Docker Hub by its name %j', async (registry) => {
  const { logins } = await read(JSON.stringify([{ registry, username: 'u', password: 'p' }]))
  expect(logins.map((login) => login.registry)).toEqual([HUB])
})

test.each(['ghcr.io', 'localhost', 'localhost:5000', '127.0.0.1:5000', '[::1]:5000', 'a-b.example.com'])(
  'the host %s',
  async (registry) => {
    const { logins } = await read(JSON.stringify([{ registry, username: 'u', password: 'p' }]))
    expect(logins.map((login) => login.registry)).toEqual([registry])
  },
)

const LIST =
  'It must be a list, each entry of it like this: {"registry": "ghcr.io", "username": "…", "password": "…"}'
const UNSET = 'is the GitHub secret set, and given to this event? Pull requests from forks get none'
const ECR =
  'is a registry of ECR, and this input is for others; the step logs in to its own registries and to those that base images come from, with a role of their own if pull-registries names one'
const entry = (change: object) =>
  JSON.stringify([{ registry: 'r.example', username: 'u', password: 'hunter2', ...change }])

describe('a wrong one', () => {
  const wrong: readonly (readonly [string, readonly string[]])[] = [
    ['- a: [', [`Input 'registry-auth': is not YAML: see its line 1. ${LIST}`]],
    ['- registry: a\n\tusername: b', [`Input 'registry-auth': is not YAML: see its line 2. ${LIST}`]],
    ['- a: 1\n  a: 2', [`Input 'registry-auth': is not YAML: see its line 2. ${LIST}`]],
    ['ghcr.io', [`Input 'registry-auth': is not a list. ${LIST}`]],
    ['registry: ghcr.io\nusername: u\npassword: hunter2', [`Input 'registry-auth': is not a list. ${LIST}`]],
    ['- ghcr.io', [`Input 'registry-auth': entry 1 of 1 is no map. ${LIST}`]],
    [entry({ username: '' }), [`Input 'registry-auth': 'r.example': entry 1 of 1 has no username; ${UNSET}`]],
    [entry({ password: '' }), [`Input 'registry-auth': 'r.example': entry 1 of 1 has no password; ${UNSET}`]],
    [
      '- registry: r.example',
      [`Input 'registry-auth': 'r.example': entry 1 of 1 has no username and no password; ${UNSET}`],
    ],
    [
      entry({ username: 'a:b' }),
      [
        "Input 'registry-auth': 'r.example': entry 1 of 1 has a username with a colon or a control character in it",
      ],
    ],
    [
      entry({ passwort: 'hunter2' }),
      [
        "Input 'registry-auth': 'r.example': entry 1 of 1 has a key that is not known; it can be registry, username, password",
      ],
    ],
    [
      entry({ password: ['hunter2'] }),
      [
        "Input 'registry-auth': 'r.example': entry 1 of 1 has a password that is no text",
        `Input 'registry-auth': 'r.example': entry 1 of 1 has no password; ${UNSET}`,
      ],
    ],
    [
      entry({ scope: 'octo/app@push' }),
      [
        "Input 'registry-auth': 'r.example': entry 1 of 1 has a scope, and the login is for this step alone; leave the scope out",
      ],
    ],
    [entry({ ecr: 'true' }), [`Input 'registry-auth': 'r.example': entry 1 of 1 ${ECR}`]],
    [
      entry({ ecr: 'maybe' }),
      ["Input 'registry-auth': 'r.example': entry 1 of 1 has an ecr that is none of auto, true and false"],
    ],
    // It may be a password.
    [
      '- registry: S3cretPass\n  username: u',
      [
        "Input 'registry-auth': entry 1 of 1 has a registry that is no host: it must be like ghcr.io or registry.example:5000",
        `Input 'registry-auth': entry 1 of 1 has no password; ${UNSET}`,
      ],
    ],
    [
      '- registry: localhost\n  username: u',
      [`Input 'registry-auth': 'localhost': entry 1 of 1 has no password; ${UNSET}`],
    ],
    ...['ghcr.io/octo', 'localhost:99999', 'a b', '-x', 'hunter2@ghcr.io'].map(
      (registry): [string, string[]] => [
        entry({ registry }),
        [
          "Input 'registry-auth': entry 1 of 1 has a registry that is no host: it must be like ghcr.io or registry.example:5000",
        ],
      ],
    ),
    ...[
      '123456789012.dkr.ecr.eu-west-1.amazonaws.com',
      '123456789012.dkr-ecr.eu-west-1.on.aws',
      'public.ecr.aws',
      '123456789012.dkr.ecr.eu-west-1.amazonaws.com:443',
    ].map((registry): [string, string[]] => [
      entry({ registry }),
      [`Input 'registry-auth': '${registry}': entry 1 of 1 ${ECR}`],
    ]),
    [
      JSON.stringify([
        { registry: 'docker.io', username: 'a', password: 'hunter2' },
        { username: 'b', password: 'hunter2' },
      ]),
      [`Input 'registry-auth': '${HUB}': is given more than once`],
    ],
  ]
  test.each(wrong)('%j', async (text, problems) => {
    const found = await read(text)
    expect(found.problems).toEqual(problems)
    expect(found.problems.join('\n')).not.toContain('hunter2')
    if (text.includes('hunter2')) expect(found.masked.join('\n')).toContain('hunter2')
  })

  test('that refers to itself without an end', async () => {
    const bomb = Array.from(
      { length: 12 },
      (_, at) => `- &a${at} [${Array(9).fill(at === 0 ? 'x' : `*a${at - 1}`)}]`,
    )
    expect((await read(bomb.join('\n'))).problems).toEqual([`Input 'registry-auth': is not YAML. ${LIST}`])
  })

  test.each([
    "- registry: ghcr.io\n  password: 'hunter2\n",
    '- registry: ghcr.io\n  password: hunter2\n bad: x\n',
    '{"password": "hunter2"',
    'password : hunter2',
  ])('masks what may be a password, although it is no YAML or no list: %j', async (text) => {
    const { problems, masked } = await read(text)
    expect(problems).not.toEqual([])
    expect(problems.join('\n')).not.toContain('hunter2')
    expect(masked.some((secret) => secret.includes('hunter2'))).toBe(true)
  })
})

test('without the input no YAML is read', async () => {
  const source = { get: () => ' \n', env: {}, cwd: '/' }
  expect(await withYaml(source)).toBe(source)
})

test(
  'a password arrives as it is, is masked, and is in no problem',
  async () => {
    const secret = fc
      .oneof(fc.string({ minLength: 4 }), fc.string({ unit: anyCharacter, minLength: 4, maxLength: 40 }))
      .map((text) => `${text.replaceAll('\0', '')}Zq9`)
    await hold(
      fc.tuple(secret, fc.constantFrom('ghcr.io', 'no host!', '')),
      500,
      async ([password, registry]) => {
        const { logins, problems, masked } = await read(
          JSON.stringify([{ registry, username: 'u', password }]),
        )
        if (problems.length === 0) expect(logins[0]?.password).toBe(password)
        expect(masked).toContain(password)
        expect(problems.join('\n')).not.toContain(password)
      },
    )
  },
  FUZZ_TIMEOUT,
)
