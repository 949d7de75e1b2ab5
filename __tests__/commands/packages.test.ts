import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { describeProgress, findRefusal, reasonOf } from '../../dev/npm-told.mjs'
import { root } from '../../dev/runner.ts'
import {
  clone,
  emptyFolder,
  expectSentence,
  folder,
  number,
  replaceNode,
  run,
  useCopies,
  withPackages,
} from '../support/doors.ts'
import { rows } from '../support/variants.ts'

// What a person reads who cannot go on: one line what, one line what to do, no stack trace.

useCopies()

describe('a sentence, if', () => {
  test('Node is too old', () =>
    expectSentence(
      {
        args: ['dev/demo.ts'],
        env: { NODE_OPTIONS: '--require ./old-node.cjs' },
        folder: () => {
          const fake =
            "Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '16.20.2' } })"
          writeFileSync(path.join(clone, 'old-node.cjs'), fake)
          return clone
        },
      },
      /^This is Node 16\.20\.2; the commands need Node 18 or later\.$/,
      /install a newer one/,
    ))

  test('there is no npm', () =>
    expectSentence(
      { args: ['dev/test.ts', 'unit'], folder: () => clone },
      /^There is no npm on PATH, and packages have to be installed\.$/,
      /apt-get install npm/,
    ))

  test('npm cannot install the packages', () =>
    expectSentence(
      {
        args: ['dev/test.ts', 'unit'],
        folder: () => clone,
        programs: {
          npm: 'echo "npm error code ECONNREFUSED" >&2; echo "npm error request to https://registry.example failed" >&2; exit 1',
        },
      },
      /^npm ci failed: request to https:\/\/registry\.example failed$/,
      /npm registry can be reached/,
    ))

  test('npm fails, whose packages unpack nothing outside of the clone: swc is told where', () =>
    expectSentence(
      {
        args: ['dev/test.ts', 'unit'],
        folder: () => clone,
        programs: { npm: 'echo "npm error unpacking to $SWC_NATIVE_BINDING_CACHE" >&2; exit 1' },
      },
      new RegExp(`unpacking to ${path.join(clone, '.local', 'swc')}$`),
      /npm registry can be reached/,
    ))

  test('npm does not trust the registry, and would try each package several times', () =>
    expectSentence(
      {
        args: ['dev/test.ts', 'unit'],
        folder: () => clone,
        programs: {
          npm: 'echo "npm http fetch GET https://registry.example/yaml attempt 1 failed with SELF_SIGNED_CERT_IN_CHAIN" >&2; exec sleep 600',
        },
      },
      /^npm does not trust the certificate that the npm registry, or a proxy .* shows \(SELF_SIGNED_CERT_IN_CHAIN\)\.$/,
      /npm config set cafile FILE/,
    ))

  const locks = rows<[what: string, text: string | null]>(
    [
      ['is missing', null],
      ['is not one that npm has written', '{'],
    ],
    // Variant: the same sentence.
    [['is not one that npm has written', '[]']],
  )
  test.each(locks)('package-lock.json %s (%p)', (what, text) =>
    expectSentence(
      {
        args: ['dev/test.ts', 'unit'],
        folder: () => {
          const broken = path.join(folder, `broken-${number}`)
          cpSync(clone, broken, { recursive: true })
          if (text === null) rmSync(path.join(broken, 'package-lock.json'))
          else writeFileSync(path.join(broken, 'package-lock.json'), text)
          return broken
        },
      },
      new RegExp(`^package-lock\\.json ${what}\\.$`),
      /git checkout package-lock\.json/,
    ),
  )

  const long = '\0'.repeat(2_000_000)
  const nodes = rows<[what: string, content: string, mode: number]>(
    [
      ['is not a whole program', 'exit 0\n', 0o755],
      ['does not run \\(EACCES\\)', long, 0o644],
      ['does not run \\(exit code 3\\)', `#!/bin/sh\nexit 3\n${long}`, 0o755],
      // A shell runs this to its end.
      ['is not Node 24\\.\\d+\\.\\d+', long, 0o755],
    ],
    // Variants: 'a Node that is not whole is fetched anew' has an empty one; one of another version says so.
    [
      ['is not a whole program', '', 0o755],
      ['is not Node 24\\.\\d+\\.\\d+', `#!/bin/sh\necho v1.2.3\nexit 0\n${long}`, 0o755],
    ],
  )
  test.each(nodes)('the Node among the packages %s', (what, content, mode) =>
    expectSentence(
      {
        args: ['dev/lint.ts'],
        folder: () => withPackages((modules) => replaceNode(modules, content, mode)),
        programs: { npm: 'echo "npm error request failed" >&2; exit 1' },
      },
      new RegExp(`/bin/node ${what}, and fetching it failed: request failed$`),
      /npm ping/,
    ),
  )

  const broken = rows<[name: string, what: string, change: (modules: string) => void]>(
    [
      ['jest-circus', 'is missing', (modules: string) => rmSync(path.join(modules, 'jest-circus'))],
      ['yaml', 'is empty', (modules: string) => emptyFolder(path.join(modules, 'yaml'))],
      ['.bin/biome', 'is missing', (modules: string) => emptyFolder(path.join(modules, '.bin'))],
    ],
    // Variants: other names in the same list.
    [
      ['jest', 'is missing', (modules: string) => rmSync(path.join(modules, 'jest'))],
      ['@biomejs', 'is missing', (modules: string) => rmSync(path.join(modules, '@biomejs'))],
    ],
  )
  test.each(broken)('of the packages, %s %s', (_, __, change) =>
    expectSentence(
      {
        args: ['dev/lint.ts'],
        folder: () => withPackages(change),
        programs: { npm: 'echo "npm error request failed" >&2; exit 1' },
      },
      /^npm ci failed: request failed$/,
      /npm registry can be reached/,
    ),
  )

  test('npm was stopped in the record of what it has installed', () =>
    expectSentence(
      {
        args: ['dev/test.ts', 'unit'],
        folder: () => {
          const half = path.join(folder, `half-${number}`)
          cpSync(clone, half, { recursive: true })
          mkdirSync(path.join(half, 'node_modules'))
          writeFileSync(path.join(half, 'node_modules', '.package-lock.json'), '{"packa')
          return half
        },
        programs: {
          npm: 'echo "npm error code ECONNREFUSED" >&2; echo "npm error request failed" >&2; exit 1',
        },
      },
      /^npm ci failed: request failed$/,
      /npm registry can be reached/,
    ))
})

test('a Node that is not whole is fetched anew', async () => {
  const checkout = withPackages((modules) => replaceNode(modules, '', 0o755))
  const system = `node-${process.platform}-${process.arch}`
  // What the package's install script links its binary from.
  const inner = path.join(checkout, 'node_modules', 'node', 'node_modules', system)
  const binary = path.join(root, 'node_modules', 'node', 'bin', 'node')
  const npm = `mkdir -p "${inner}/bin"
echo '{"bin":{"node":"bin/node"}}' >"${inner}/package.json"; ln "${binary}" "${inner}/bin/node" || cp "${binary}" "${inner}/bin/node"`
  const given = { args: ['dev/lint.ts', 'nosuch'], folder: () => checkout, programs: { npm } }
  const { output } = await run(given)
  expect(output).toMatch(
    /^.*bin\/node is not a whole program: fetching Node 24\..*\nThere is no file or folder 'nosuch'/,
  )
  expect((await run(given)).output).toMatch(/^There is no file or folder 'nosuch'/)
})

describe('of what npm tells', () => {
  const told = [
    'npm WARN EBADENGINE Unsupported engine {',
    'npm http fetch GET 200 https://registry.example/yaml 12ms (cache miss)',
    'npm http fetch GET 200 https://registry.example/yaml/-/yaml-2.9.1.tgz 88423ms (cache miss)',
    'npm http cache https://registry.example/semver/-/semver-7.8.6.tgz 4ms (cache hit)',
  ].join('\n')

  test('an archive that came, from the registry or from the cache, is a package that is fetched', () => {
    expect(describeProgress(told, 1, 545)).toBe('2 packages fetched, 1 of 545 unpacked')
    expect(describeProgress('', 0, 545)).toBe('0 packages fetched, 0 of 545 unpacked')
  })

  test('a fetch that failed is told with its reason, and one that may succeed the next time ends nothing', () => {
    const failing = `${told}\nnpm http fetch GET https://registry.example/a/-/a-1.0.0.tgz attempt 2 failed with EAI_AGAIN`
    expect(describeProgress(failing, 1, 545)).toBe(
      '2 packages fetched, 1 of 545 unpacked; npm retries what failed with EAI_AGAIN',
    )
    expect(findRefusal(failing)).toBeUndefined()
  })

  test('what it fetched and what it warns of are no reason', () => {
    expect(reasonOf(`${told}\nnpm ERR! code E404\nnpm ERR! 404 Not Found`)).toBe('404 Not Found')
    expect(reasonOf(told)).toBe('it said nothing')
  })
})
