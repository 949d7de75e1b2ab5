import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { Inputs } from '../../../src/inputs/index.ts'
import { describeImage } from '../../../src/metadata/index.ts'
import { InputError } from '../../../src/shared/errors.ts'
import { type Desk, read } from '../../support/arguments.ts'
import { FUZZ_TIMEOUT, hold } from '../../support/fuzz.ts'
import { event } from '../metadata/support.ts'

// Expressions in build-args, target and file. Their values are what others name: branches and tags.

let desk: Desk

beforeAll(() => {
  const base = mkdtempSync(path.join(os.tmpdir(), 'values-'))
  const cwd = path.join(base, 'workspace')
  for (const folder of ['docker/main', 'team']) mkdirSync(path.join(cwd, folder), { recursive: true })
  for (const file of ['Dockerfile', 'docker/main/Dockerfile', 'docker/1.2.3.Dockerfile', '{{x}}'])
    writeFileSync(path.join(cwd, file), 'FROM scratch\n')
  writeFileSync(path.join(base, 'other'), 'FROM scratch\n')
  symlinkSync(path.join(base, 'other'), path.join(cwd, 'docker', 'link'))
  desk = { cwd, folder: base }
})

afterAll(() => rmSync(desk.folder, { recursive: true }))

/** The inputs with the values that they have for an event. */
async function filled(
  given: Readonly<Record<string, string>>,
  context: Parameters<typeof event>[0] = {},
): Promise<Inputs> {
  const inputs = read({ tags: '1.2.3', ...given }, desk)
  const { render } = await describeImage(inputs.metadata, event(context))
  return inputs.expressions?.fill(render) ?? inputs
}

/** What is wrong, before the event is known and with it. */
async function wrong(
  given: Readonly<Record<string, string>>,
  context: Parameters<typeof event>[0] = {},
): Promise<string[]> {
  try {
    await filled(given, context)
  } catch (error) {
    const { problems } = error as InputError
    return problems.map(({ input, value, message }) =>
      `${input}: ${value}: ${message}`.replaceAll(desk.cwd, 'CWD'),
    )
  }
  return []
}

describe('build-args', () => {
  test('have values in their values, and all else as it is written', async () => {
    const given = [
      'VERSION={{version}}',
      'JSON={"commit":"{{sha}}","go":"{{ .Names }}"}',
      'LITERAL=\\{{version}}',
      'FROM_ENV',
      '"QUOTED=a, {{version}}',
      ' {{version}} "',
      'PLAIN=1',
      '{{x}}=1',
    ].join('\n')
    const { build, buildArgValues } = await filled({ 'build-args': given })
    expect(build.buildArgs).toEqual([
      'VERSION=1.2.3',
      'JSON={"commit":"5f0c3d9","go":"{{ .Names }}"}',
      'LITERAL={{version}}',
      'FROM_ENV',
      'QUOTED=a, 1.2.3\n 1.2.3 ',
      'PLAIN=1',
      '{{x}}=1',
    ])
    expect(buildArgValues.get('VERSION')).toBe('1.2.3')
    expect(buildArgValues.has('FROM_ENV')).toBe(false)
  })

  test('a value is no other item, and not read for expressions', async () => {
    const ref = 'refs/heads/a,B=x"\r\nC=y{{version}}\\{{z'
    const { build } = await filled({ 'build-args': 'A={{branch}}\nZ=1' }, { ref })
    expect(build.buildArgs).toEqual(['A=a,B=x"\r\nC=y{{version}}\\{{z', 'Z=1'])
  })

  test('without an expression nothing waits for the event', () => {
    const { expressions, build, metadata } = read({ 'build-args': 'A={{ .x }}\nB=\\{{version}}' }, desk)
    expect(expressions).toBeNull()
    expect(metadata).not.toHaveProperty('built')
    expect(build.buildArgs).toEqual(['A={{ .x }}', 'B={{version}}'])
  })

  test('a key is nobody else’s to choose', async () => {
    expect(await wrong({ 'build-args': '{{branch}}=docker/dockerfile:1' })).toEqual([
      'build-args: {{branch}}=docker/dockerfile:1: has an expression in its key; only the value may have one',
    ])
  })
})

describe('target and file', () => {
  test('have values, also in what follows from them', async () => {
    const given = { target: 'build-{{branch}}', file: 'docker/{{branch}}/Dockerfile', cache: 'gha' }
    const { build } = await filled(given)
    expect(build.target).toBe('build-main')
    expect(build.file).toBe(path.join(desk.cwd, 'docker', 'main', 'Dockerfile'))
    const same = read({ ...given, target: 'build-main', file: 'docker/main/Dockerfile' }, desk)
    expect(build.cache).toEqual(same.build.cache)
    expect((await filled({ file: 'docker/{{version}}.Dockerfile' })).build.file).toBe(
      path.join(desk.cwd, 'docker', '1.2.3.Dockerfile'),
    )
    expect((await filled({ file: '\\{{x}}' })).build.file).toBe(path.join(desk.cwd, '{{x}}'))
  })

  test('of a remote context', async () => {
    const given = { context: 'https://github.com/acme/shop.git', file: '{{branch}}.Dockerfile' }
    expect((await filled(given)).build.file).toBe('main.Dockerfile')
  })

  const STAGE = "must be the name of a stage of the Dockerfile (letters, digits, '.', '_' and '-')"
  test.each<[Record<string, string>, string, string]>([
    [
      { target: '{{branch}}' },
      'refs/heads/feature/x',
      `target: {{branch}}: gives 'feature/x', which ${STAGE}`,
    ],
    [{ target: '{{tag}}' }, 'refs/heads/main', `target: {{tag}}: gives '', which ${STAGE}`],
    [
      { file: '{{tag}}' },
      'refs/heads/main',
      'file: {{tag}}: gives nothing for this event; must be the path of a Dockerfile',
    ],
    [
      { file: 'docker/{{branch}}/Dockerfile' },
      'refs/heads/no',
      "file: docker/no/Dockerfile: does not exist (CWD/docker/no/Dockerfile); must be the Dockerfile's path, relative to CWD",
    ],
    [
      { file: '{{branch}}' },
      'refs/heads//etc/passwd',
      "file: {{branch}}: gives '/etc/passwd', which is no path of the workspace",
    ],
    [
      { file: '{{branch}}' },
      'refs/heads/https://example.com/x',
      "file: {{branch}}: gives 'https://example.com/x', which is no path of the workspace",
    ],
    [
      { file: '{{branch}}', context: 'https://github.com/acme/shop.git' },
      'refs/heads/-',
      "file: -: is standard input, which a step does not have; give the Dockerfile's path",
    ],
  ])('%j on %s', async (given, ref, message) => {
    expect(await wrong(given, { ref })).toEqual([message])
  })

  test.each(['../other', 'docker/link'])('a branch %s leads nowhere else', async (name) => {
    const [problem, ...more] = await wrong({ file: '{{branch}}' }, { ref: `refs/heads/${name}` })
    expect(problem).toContain(`file: ${name}: must be inside of the workspace (CWD)`)
    expect(more).toEqual([])
  })

  test.each(['target', 'file'])('other braces in %s are an error before the event is read', (input) => {
    for (const value of ['{{nope}}', 'x{{ .y }}', '{{date}}', '{{version']) {
      expect(() => read({ [input]: value }, desk)).toThrow(/is not|needs a format|is kept as \{\{/)
    }
  })

  test('all is told at once, with what is wrong with labels', async () => {
    const given = { target: '{{tag}}', file: '{{tag}}', labels: '{{tag}}' }
    expect((await wrong(given)).map((line) => line.split(':')[0])).toEqual(['labels', 'file', 'target'])
  })
})

test('what was masked and warned of is not once more', async () => {
  const told: string[] = []
  const values: Record<string, string> = {
    repository: 'app',
    tags: 'v1',
    'build-args': 'A={{version}}',
    secrets: 'T=hunter2',
  }
  const { readInputs } = await import('../../../src/inputs/index.ts')
  const inputs = readInputs({
    get: (name) => values[name] ?? '',
    env: { INPUT_TAG: 'x' },
    cwd: desk.cwd,
    mask: (secret) => told.push(`mask ${secret}`),
    warn: (message) => told.push(message.slice(0, 20)),
  })
  const before = [...told]
  const { render } = await describeImage(inputs.metadata, event())
  const { build } = inputs.expressions?.fill(render) ?? inputs
  expect(build.secrets).toEqual(inputs.build.secrets)
  expect(before).toHaveLength(2)
  expect(told).toEqual(before)
})

test(
  'whatever a branch is called, the arguments are as many, and the Dockerfile is one of the workspace',
  async () => {
    const name = fc.oneof(
      fc.string(),
      fc.constantFrom(
        '../other',
        'docker/link',
        '/etc/passwd',
        'docker/main/Dockerfile',
        'a\nB=1',
        '-',
        '--push',
      ),
      fc.constantFrom('"', 'x,y', '{{version}}', '$(id)', '#', '\\', 'https://x', 'git@x.y:z', 'file://x'),
    )
    await hold(name, 500, async (branch) => {
      const ref = `refs/heads/${branch}`
      const { build } = await filled({ 'build-args': 'A={{branch}}\nB=x' }, { ref })
      expect(build.buildArgs).toEqual([`A=${branch}`, 'B=x'])
      try {
        const { file, target } = (await filled({ file: '{{branch}}', target: 's{{branch}}' }, { ref })).build
        expect(target).toMatch(/^s[a-zA-Z0-9._-]*$/)
        expect(path.relative(desk.cwd, file ?? '/')).not.toMatch(/^\.\.|^\//)
      } catch (error) {
        if ((error as Error).name !== 'MetadataError' && !(error instanceof InputError)) throw error
      }
    })
  },
  FUZZ_TIMEOUT,
)
