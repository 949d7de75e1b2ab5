import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { findInImages } from '../../../../src/docker/build/legacy-images.ts'
import { LegacyLog } from '../../../../src/docker/build/legacy-log.ts'
import { parseDockerfile } from '../../../../src/docker/syntax/dockerfile.ts'

const before = process.env['PATH']
let folder: string
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'legacy-images-'))
  // The toolkit looks for programs on this process's own PATH.
  process.env['PATH'] = `${folder}:${before}`
})
afterEach(() => {
  process.env['PATH'] = before
  rmSync(folder, { recursive: true })
})

/** What the image of a step says: its user, its folder, and its platform. */
type Said = readonly [user?: string, folder?: string, platform?: string]

/** The platforms that an image of several has besides the one that it says. */
const ALSO = 'linux/s390x'

/**
 * Builds with a docker whose images say this.
 * @param images of each step; null for none
 * @param named platforms of images that are called by their names
 * @param has folders that an image has, as `STEP:FOLDER`
 */
async function find(
  dockerfile: string,
  images: readonly (Said | null)[],
  {
    platform = null,
    has = [],
    buildArgs = [],
    enginePlatform = null,
    named = {},
  }: {
    platform?: string | null
    has?: readonly string[]
    buildArgs?: readonly string[]
    enginePlatform?: string | null
    named?: Readonly<Record<string, string>>
  } = {},
) {
  const id = (step: number) => `${step}`.padStart(12, '0')
  const inspected = (image: string, [User = '', WorkingDir = '', name = 'linux/amd64']: Said) => {
    const [system = '', architecture = '', variant = ''] = name.split('/')
    const text = JSON.stringify({ config: { User, WorkingDir }, os: system, architecture, variant })
    return `${image}) echo '${text}' ;;`
  }
  const cases = [
    ...images.flatMap((said, at) => (said === null ? [] : [inspected(id(at + 1), said)])),
    ...Object.entries(named).map(([name, own]) => inspected(name, ['', '', own])),
  ]
  // As the engine's store does it, whatever the environment says.
  const platforms = images.flatMap((said, at) => {
    const own = said?.[2] ?? 'linux/amd64'
    return [own, ALSO].map((name) => `${id(at + 1)}:--platform=${name}`)
  })
  const there = has.map((one) => {
    const [step = '', at = ''] = one.split(':')
    return `${id(Number(step))}:${at}) exit 0 ;;`
  })
  const script = `#!/bin/sh
echo "$*" >> ${folder}/called
[ "$1" != create ] || [ -z "$DOCKER_DEFAULT_PLATFORM" ] || exit 1
case $1 in
create) case $5:$3 in ${platforms.join('|')}) echo $5 ;; *) exit 1 ;; esac ;;
cp) case $3 in ${there.join(' ')} esac; exit 1 ;;
image) while [ "$1" != -- ]; do shift; done; shift
  for one; do case $one in ${cases.join(' ')} *) exit 1 ;; esac; done ;;
esac
`
  writeFileSync(path.join(folder, 'docker'), script, { mode: 0o755 })
  writeFileSync(path.join(folder, 'called'), '')
  const parsed = parseDockerfile(dockerfile)
  const log = new LegacyLog()
  log.begin()
  parsed.instructions.forEach(({ text }, at) => {
    log.read(
      `Step ${at + 1}/${images.length} : ${text}\n${images[at] === null ? '' : ` ---> ${id(at + 1)}\n`}`,
    )
  })
  const env = { PATH: process.env['PATH'] ?? '', DOCKER_DEFAULT_PLATFORM: 'linux/riscv64' }
  const asked = { buildArgs, target: null, platform, enginePlatform }
  const found = await findInImages(parsed, asked, log.steps, env)
  return { found, called: readFileSync(path.join(folder, 'called'), 'utf8').trim().split('\n') }
}

describe('a WORKDIR', () => {
  const wrong = ['WORKDIR after USER (line 3)']
  test.each<[string, string, Parameters<typeof find>[1], string[], string[]]>([
    ['that is not there', 'FROM a\nUSER app\nWORKDIR $D/x', [[], ['app'], ['app', '/d/x']], [], wrong],
    [
      'under a base image of a user',
      'FROM a\n\nWORKDIR x',
      [
        ['app', '/srv'],
        ['app', '/srv/x'],
      ],
      [],
      wrong,
    ],
    ['that is there', 'FROM a\nUSER app\nWORKDIR /opt', [[], ['app'], ['app', '/opt']], ['2:/opt'], []],
    ['of root', 'FROM a\nUSER 0:0\nWORKDIR /x', [[], ['0:0'], ['0:0', '/x']], [], []],
    ['of another group', 'FROM a\nUSER 0:5\nWORKDIR /x', [[], ['0:5'], ['0:5', '/x']], [], wrong],
    [
      'again',
      'FROM a\nUSER app\nWORKDIR .',
      [
        ['', '/x'],
        ['app', '/x'],
        ['app', '/x'],
      ],
      [],
      [],
    ],
    ['of no folder', 'FROM a\nUSER app\nWORKDIR /', [[], ['app'], ['app', '/']], [], []],
    ['of scratch', 'FROM scratch\nWORKDIR /x', [null, ['', '/x']], [], []],
    ['of scratch, with a user', 'FROM scratch\nUSER 5\nWORKDIR /x', [null, ['5'], ['5', '/x']], [], wrong],
  ])('%s', async (_, dockerfile, images, has, expected) => {
    expect((await find(dockerfile, images, { has })).found).toEqual(expected)
  })

  test('is nothing to ask for if there is none', async () => {
    expect((await find('FROM a\nUSER app\nCOPY . .', [[], ['app'], ['app']])).called).toEqual([''])
  })

  test('is not judged by an image that has gone', async () => {
    const { found, called } = await find('FROM a\nWORKDIR /x', [['app'], null])
    expect([found, called.length]).toEqual([[], 1])
  })
})

test.each<[string, string, string, string[]]>([
  ['a file of another stage', 'COPY --from=b /x/f /app/.', '', ['COPY to a folder as /. (line 3)']],
  ['a file of a pattern', 'COPY ["f*", "app/."]', '', ['COPY to a folder as /. (line 3)']],
  ['an address', 'ADD https://example.com/f /app/.', '', ['ADD to a folder as /. (line 3)']],
  ['a folder', 'COPY --from=b /x/f /app/.', '3:/app', []],
  ['a folder by an ENV', 'COPY --from=b /x/f $D/.', '3:/d', []],
  ['a folder below WORKDIR', 'COPY --from=b /x/f app/.', '3:/w/app', []],
  ['an unknown folder', 'COPY --from=b /x/f $E/.', '', []],
  ['what is no such folder', 'COPY --from=b /x/f /app/', '', []],
  ['a folder as it is', 'COPY --from=b /x/. /app/.', '', []],
  ['several', 'COPY a b /app/.', '', []],
])('what is copied to /. : %s', async (_, copy, has, expected) => {
  const of: Said = ['', '/w']
  const { found } = await find(`FROM a\nENV D=/d\n${copy}`, [of, of, of], { has: [has] })
  expect(found).toEqual(expected)
})

describe('the platform', () => {
  const other: Said = ['', '', 'linux/arm64/v8']
  const said = (wanted: string, line = 1) => [
    `FROM an image for linux/arm64/v8, and not for ${wanted} (line ${line})`,
  ]
  test.each<[string, string, Parameters<typeof find>[1], string | null, string[]]>([
    [
      'of an earlier stage',
      'FROM a AS x\nRUN y\nFROM b\nRUN z',
      [other, other, [], []],
      'amd64',
      said('amd64'),
    ],
    [
      'of a later stage',
      'FROM a\nRUN y\nFROM b\nRUN z',
      [[], [], other, other],
      'linux/amd64',
      said('linux/amd64', 3),
    ],
    ['that FROM names', 'FROM --platform=arm64 a\nRUN y\nFROM b\nRUN z', [other, other, [], []], 'amd64', []],
    [
      'that FROM names, without another',
      'FROM --platform=linux/amd64 a\nRUN y',
      [other, other],
      null,
      said('linux/amd64'),
    ],
    [
      'that FROM names by an ARG',
      'ARG P=linux/arm64\nFROM --platform=$P a\nRUN y',
      [null, other, other],
      'amd64',
      [],
    ],
    [
      'of a stage upon one that names it',
      'FROM --platform=arm64 a AS x\nRUN y\nFROM x\nRUN z',
      [other, other, other, other],
      'amd64',
      [],
    ],
    [
      'of scratch, from the cache',
      'FROM scratch\nCOPY x /',
      [null, other],
      'linux/arm/v7',
      said('linux/arm/v7'),
    ],
    ['of a base image alone', 'FROM a AS x\nFROM b\nRUN z', [other, [], []], 'amd64', said('amd64')],
    [
      'of a base image for several',
      'FROM a AS x\nFROM b\nRUN z',
      [other, ['', '', ALSO], ['', '', ALSO]],
      ALSO,
      [],
    ],
    ['by another name', 'FROM a\nRUN y', [other, other], 'aarch64', []],
    ['of any processor', 'FROM a\nRUN y', [other, other], 'linux', []],
    ['of another system', 'FROM a\nRUN y', [other, other], 'darwin', said('darwin')],
    ['that nobody asks for', 'FROM a\nRUN y', [other, other], null, []],
  ])('%s', async (_, dockerfile, images, platform, expected) => {
    expect((await find(dockerfile, images, { platform })).found).toEqual(expected)
  })

  // The value of an argument that is given by its name alone is not known here.
  test.each<[string, readonly string[], string[]]>([
    ['$P', ['P'], []],
    ['$P', ['P=linux/amd64'], said('linux/amd64', 2)],
    ['$P', ['P=linux/arm64'], []],
    ['$P', [], said('linux/s390x', 2)],
    [`\${P:-arm64}`, [], []],
    [`\${P:?x}`, ['P=arm64'], []],
    [`\${P%/none}`, ['P=linux/arm64/none'], []],
    [`\${P#x}`, ['P'], []],
    [`"\${P/m/mm}"`, ['P=linux/amd64'], said('linux/ammd64', 2)],
    [`\${P`, ['P=linux/arm64'], []],
  ])('of FROM --platform=%s with %j', async (text, buildArgs, expected) => {
    const dockerfile = (rest: string) => `ARG P\nFROM --platform=${text} a AS t\n${rest}`
    const options = { platform: 'linux/s390x', buildArgs }
    expect((await find(dockerfile('RUN y'), [null, other, other], options)).found).toEqual(expected)
    // FROM is its only step: the engine is asked for the platform.
    if (expected.length === 0) expect((await find(dockerfile(''), [null, other], options)).found).toEqual([])
  })

  test.each<[string, string | null, string | null, string]>([
    ['linux/arm64', 'linux/amd64', null, "an image for linux/arm64, and not for linux/amd64, the engine's"],
    ['linux/arm64', 'linux/amd64', 'linux/riscv64', 'an image for linux/arm64, and not for linux/riscv64'],
    ['linux/arm64', null, null, ''],
    ['linux/arm64', 'linux/arm64', null, ''],
    ['linux/386', 'linux/amd64', null, ''],
    ['linux/arm/v6', 'linux/arm64', null, ''],
    ['linux/arm/v6', 'linux/arm/v7', null, ''],
    ['linux/386', 'linux/amd64', 'amd64', 'an image for linux/386, and not for amd64'],
  ])('%s on an engine for %s, if %s is asked for', async (own, enginePlatform, platform, expected) => {
    const options = { enginePlatform, platform, named: { other: own } }
    const of: Said = ['', '', own]
    expect((await find('FROM a\nRUN y', [of, of], options)).found).toEqual(
      expected === '' ? [] : [`FROM ${expected} (line 1)`],
    )
    // Of an image that COPY takes from, too.
    const right: Said = ['', '', platform ?? enginePlatform ?? own]
    const text =
      'FROM a AS B\nRUN x\nFROM a\nCOPY --from=b / /\nCOPY --from=0 / /\nCOPY --from=gone / /\nCOPY --from=other / /'
    expect((await find(text, Array<Said>(7).fill(right), options)).found).toEqual(
      expected === '' ? [] : [`COPY --from=other, ${expected} (line 7)`],
    )
  })

  test('of an image for several that COPY takes from', async () => {
    const options = { platform: ALSO, named: { '000000000001': 'linux/amd64' } }
    const text = 'FROM scratch\nCOPY --from=000000000001 / /'
    const { found } = await find(text, [[], ['', '', ALSO]], options)
    expect(found).not.toContainEqual(expect.stringContaining('COPY'))
  })
})
