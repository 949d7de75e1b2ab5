// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of a Dockerfile.
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { baseImagesIn, familiarName } from '../../../../src/docker/syntax/base-images.ts'
import { UNKNOWN } from '../../../../src/docker/syntax/expand.ts'

const HOST = '123456789012.dkr.ecr.eu-west-1.amazonaws.com'

interface More {
  readonly args?: Readonly<Record<string, string>>
  readonly target?: string
  readonly platforms?: readonly string[]
  readonly contexts?: Readonly<Record<string, string>>
}
const read = (source: string, { args = {}, target, platforms = [], contexts = {} }: More = {}) =>
  baseImagesIn(source, {
    buildArgs: new Map(Object.entries(args)),
    target: target ?? null,
    platforms,
    contexts: new Map(Object.entries(contexts)),
  })
const needed = (source: string, more?: More) => [...read(source, more).needed].sort()

describe('the images that a build pulls', () => {
  test.each<[what: string, source: string, images: string[], more?: More]>([
    ['FROM', `FROM ${HOST}/a:1`, [`${HOST}/a:1`]],
    ['FROM with a platform and a name', `from --platform=$BUILDPLATFORM ${HOST}/a as x`, [`${HOST}/a`]],
    ['scratch', 'FROM scratch\nCOPY --from=scratch / /', []],
    ['an ARG with a default', `ARG R=${HOST}\nFROM $R/a`, [`${HOST}/a`]],
    ['an ARG made of another one', `ARG A=1 B="${HOST}/\${A}"\nFROM \${B}`, [`${HOST}/1`]],
    ['build-args instead of the default', 'ARG R=x\nFROM ${R}/a', [`${HOST}/a`], { args: { R: HOST } }],
    ['an ARG that is set to nothing', 'ARG R=x\nFROM ${R:-y}/a', ['y/a'], { args: { R: '' } }],
    ['build-args without an ARG', 'FROM ${R:-y}/a', ['y/a'], { args: { R: HOST } }],
    ['an ARG behind FROM', 'FROM a\nARG R=b\nFROM $R', [], {}],
    ['what docker refuses', 'ARG R\nFROM ${R:?give it}', []],
    ['a suffix cut off', `ARG R=${HOST}/a:1\nFROM \${R%:*}:2`, [`${HOST}/a:2`]],
    ['a line that is continued', `ARG \\\n  R=${HOST}\nFROM \\\n# no\n $R/a`, [`${HOST}/a`]],
    ['another escape character', `# escape=\`\nARG R=${HOST}\\a\nFROM \`\n x/$R`, []],
    ['an earlier stage', 'FROM a AS b\nFROM b', ['a']],
    ['a stage in other letters', 'FROM a AS Base\nFROM base', ['a']],
    [
      'a stage that looks like a host',
      `FROM a AS public.ecr.aws\nFROM public.ecr.aws\nCOPY --from=public.ecr.aws / /`,
      ['a'],
    ],
    ['a later stage of that name', 'FROM b\nFROM a AS b', ['a']],
    ['stages that nothing needs', 'FROM a AS x\nFROM b AS y\nFROM c', ['c']],
    ['a target', 'FROM a AS x\nFROM b AS y\nCOPY --from=x / /\nFROM c', ['a', 'b'], { target: 'Y' }],
    ['no such target', 'FROM a', [], { target: 'x' }],
    ['COPY --from, an image', `FROM a\nCOPY --chown=1 --from="${HOST}/b:1" /x /y`, [`${HOST}/b:1`, 'a']],
    ['COPY --from, a number', 'FROM a\nFROM b\nFROM c\nCOPY --from=0 / /', ['a', 'c']],
    ['COPY --from with a variable', 'ARG B=b\nFROM a\nCOPY --from=$B / /', ['a']],
    ['ADD --from, which there is not', 'FROM a\nADD --from=b / /', ['a']],
    [
      'mounts',
      'FROM x AS s\nFROM a\nRUN --mount=type=bind,from=b,target=/b --mount=from=s,target=/s --mount=type=cache,FROM="c",target=/c make',
      ['a', 'b', 'c', 'x'],
    ],
    ['what a command is called with', 'FROM a\nRUN x --mount=from=b\nRUN ["--mount=from=c"]', ['a']],
    ['a heredoc', `FROM a\nRUN <<EOF\nFROM b\nCOPY --from=c / /\nEOF\nCOPY <<E --from=d /\nFROM e\nE`, ['a']],
    ['a comment', '# FROM x\nFROM a\n  # COPY --from=b / /', ['a']],
    ['triggers of a stage', 'FROM a AS x\nONBUILD COPY --from=b / /\nFROM x AS y\nFROM y', ['a', 'b']],
    ['triggers that nobody pulls', 'FROM a\nONBUILD COPY --from=b / /', ['a']],
    [
      'the frontend',
      `# syntax=${HOST}/docker/dockerfile:1 with words\nFROM a`,
      [`${HOST}/docker/dockerfile:1`, 'a'],
    ],
    ['the frontend of a file that is run', `#!/usr/bin/env x\n# syntax = f\nFROM a`, ['a', 'f']],
    ['the frontend of another language', `// syntax=f`, ['f']],
    [
      'a frontend that build-args name',
      '# syntax=f\nFROM a',
      ['a', 'g'],
      { args: { BUILDKIT_SYNTAX: 'g x' } },
    ],
    [
      'a named context for a base',
      `FROM a:latest`,
      [`${HOST}/a`],
      { contexts: { a: `docker-image://${HOST}/a` } },
    ],
    ['a named context for a stage', `FROM a AS b\nFROM b`, [], { contexts: { b: './folder' } }],
    [
      'a named context for COPY --from',
      `FROM a\nCOPY --from=b / /`,
      ['a'],
      { contexts: { b: 'https://x.example/a.git' } },
    ],
    ['a named context of another tag', `FROM a:1`, ['a:1'], { contexts: { a: './folder' } }],
    ['a named context that nobody uses', `FROM a`, ['a'], { contexts: { b: `docker-image://${HOST}/a` } }],
    [
      'stages by the platform',
      'FROM x AS b-amd64\nFROM y AS b-arm64\nFROM b-$TARGETARCH',
      ['x'],
      { platforms: ['linux/amd64'] },
    ],
    [
      'stages by several platforms',
      'FROM x AS b-amd64-\nFROM y AS b-arm-v7\nFROM z AS b-s390x-\nFROM b-$TARGETARCH-$TARGETVARIANT',
      ['x', 'y'],
      { platforms: ['linux/x86_64', 'linux/arm/v7'] },
    ],
    ['a file without a stage', 'ARG A', []],
    ['no Dockerfile', '{"not": "one"}', []],
    // With a default, as jest takes a parameter that a row does not have for the one of a test that says when it is done.
  ])('%s', (_, source, images, more = {}) => expect(needed(source, more)).toEqual(images))

  test('a platform that is not known leaves the host known, and every stage that it may be', () => {
    expect(needed(`FROM ${HOST}/a-$TARGETARCH`)).toEqual([`${HOST}/a-${UNKNOWN}`])
    const file = 'FROM x AS b-amd64\nFROM y AS b-arm64\nFROM z AS c\nFROM b-$TARGETARCH'
    expect(needed(file)).toEqual([`b-${UNKNOWN}`, 'x', 'y'])
  })

  test('the legacy builder builds what stands in front of the target too', () => {
    const file = 'FROM a AS x\nFROM b AS y\nCOPY --from=c / /\nFROM d AS z\nFROM e'
    expect(read(file, { target: 'z' })).toEqual({ needed: ['d'], besides: ['a', 'b', 'c'] })
    expect(read(file, { target: '1' })).toEqual({ needed: ['b', 'c'], besides: ['a'] })
  })

  const times = (length: number, line: (at: number) => string) => Array.from({ length }, (_, at) => line(at))
  test.each<[string, string[], string[]]>([
    ['a chain of stages', times(10_000, (at) => `FROM s${at} AS s${at + 1}`), ['s0']],
    ['stages without a name', [...times(15_000, () => 'FROM x'), 'FROM y'], ['y']],
    [
      'stages with the triggers of one',
      [
        'FROM x AS x',
        ...times(5000, () => 'ONBUILD COPY --from=b / /'),
        ...times(5000, (at) => `FROM x AS y${at}`),
        'FROM z',
        ...times(5000, (at) => `COPY --from=y${at} / /`),
      ],
      ['b', 'x', 'z'],
    ],
    [
      'bases of which nobody knows which of the stages they are',
      [...times(10_000, (at) => `FROM x AS s${at}`), ...times(10_000, () => 'FROM s$BUILDARCH')],
      [`s${UNKNOWN}`],
    ],
  ])('%s, by the thousand, end in two seconds of a processor', (_, lines, images) => {
    const before = process.cpuUsage()
    expect(needed(lines.join('\n'))).toEqual(images)
    expect(process.cpuUsage(before).user / 1e6).toBeLessThan(2)
  })

  test('whatever a Dockerfile holds, reading it ends without an error', () => {
    const piece = fc.constantFrom(
      'FROM ',
      'COPY --from=',
      'RUN --mount=from=',
      'ARG ',
      'ONBUILD ',
      ' AS ',
      'a',
      '$A',
      '${A',
      ':-',
      '}',
      '"',
      "'",
      '\\',
      '\n',
      ' ',
      '=',
      '<<E\n',
      '#',
      ',',
      '/',
      '%',
      '0',
      UNKNOWN,
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        const { needed, besides } = read(pieces.join(''), {
          args: { A: 'a' },
          contexts: { a: 'docker-image://b' },
        })
        expect(new Set([...needed, ...besides]).size).toBe(needed.length + besides.length)
      }),
      { numRuns: 500 },
    )
  })
})

test.each([
  ['docker.io/library/alpine:latest', 'alpine'],
  ['alpine', 'alpine'],
  ['alpine:3', 'alpine:3'],
  ['docker.io/me/app', 'me/app'],
  [`${HOST}/a:latest`, `${HOST}/a`],
  [`alpine@sha256:${'a'.repeat(64)}`, `alpine@sha256:${'a'.repeat(64)}`],
])('%s is called %s', (name, familiar) => expect(familiarName(name)).toBe(familiar))
