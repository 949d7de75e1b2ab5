import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, test } from '@jest/globals'
import { licenceNotices, minifyScripts } from '../../dev/dist-minify.ts'
import { distReadme, type Stats, scriptsOfPackages } from '../../dev/dist-readme.ts'
import { root } from '../../dev/runner.ts'

const dist = path.join(root, 'dist')

describe('dist/', () => {
  const names = readdirSync(dist)
  const sizes = new Map(
    names.filter((name) => name.endsWith('.js')).map((name) => [name, statSync(path.join(dist, name)).size]),
  )

  const rows = [
    ...readFileSync(path.join(dist, 'README.md'), 'utf8').matchAll(
      /^\| `([\w.]+\.js)` \| ([\d,]+) \| (.+) \| (.+) \|$/gm,
    ),
  ].map(([, name = '', size = '', loaders = '', content = '']) => ({ name, size, loaders, content }))
  const signing = rows.filter(({ loaders }) => loaders.startsWith('only with `attest`'))
  const verifying = rows.filter(({ loaders }) => loaders.startsWith('only with `require-provenance`: '))
  const yaml = rows.filter(({ loaders }) => loaders === '`src/inputs/yaml.ts` (`src/inputs/parse-yaml.ts`)')
  const baking = rows.filter(({ loaders }) => loaders.startsWith('only with `bake/`: '))
  const others = rows.filter((row) => ![...signing, ...verifying, ...yaml, ...baking].includes(row))
  const total = (some: typeof rows) => some.reduce((sum, { name }) => sum + (sizes.get(name) ?? 0), 0)

  test('has at most 1.6 MB of JavaScript that a step can load without signing, verifying or reading YAML', () => {
    expect(others.length).toBeGreaterThan(10)
    expect(total(others)).toBeLessThanOrEqual(1_600_000)
  })

  test('has the code that signs and verifies in scripts of its own: of at most 0.33 MB for attest, and 0.03 MB more for require-provenance', () => {
    expect(signing.length).toBeGreaterThan(3)
    expect(total(signing)).toBeLessThanOrEqual(330_000)
    expect(total(verifying)).toBeLessThanOrEqual(30_000)
    const SIGNS =
      /`(?:@sigstore\/|@tufjs\/|tuf-js|src\/sigstore\/(?!sbom\.ts)|src\/actions\/(?:attest|provenance)\/(?!expect\.ts))/
    expect(signing.filter(({ content }) => SIGNS.test(content)).length).toBeGreaterThan(3)
    expect(others.filter(({ content }) => SIGNS.test(content))).toEqual([])
    const VERIFIES = /`src\/actions\/provenance\/(?!expect\.ts)/
    expect(verifying.filter(({ content }) => VERIFIES.test(content)).length).toBeGreaterThan(0)
    expect([...signing, ...others].filter(({ content }) => VERIFIES.test(content))).toEqual([])
  })

  test('has what reads YAML in scripts of its own, of at most 0.12 MB, which only registry-auth and a Compose file load', () => {
    expect(yaml.some(({ content }) => content.includes('packages `yaml`'))).toBe(true)
    expect(total(yaml)).toBeLessThanOrEqual(120_000)
    expect([...signing, ...verifying, ...others].filter(({ content }) => content.includes('`yaml`'))).toEqual(
      [],
    )
  })

  test('has what only the action bake needs in scripts of its own, of at most 0.12 MB', () => {
    const BAKES = /`src\/(?:actions|docker)\/bake\//
    expect(baking.some(({ content }) => BAKES.test(content))).toBe(true)
    expect(total(baking)).toBeLessThanOrEqual(120_000)
    expect(
      [...signing, ...verifying, ...yaml, ...others].filter(({ content }) => BAKES.test(content)),
    ).toEqual([])
  })

  test('has the scan gate in scripts that only a run with a gate loads', () => {
    const GATE = /`src\/after-push\/(?:scan|weigh|baseline|gate|sarif)[\w-]*\.ts`/
    const gate = rows.filter(({ content }) => GATE.test(content))
    expect(gate.length).toBeGreaterThan(0)
    for (const { loaders } of gate)
      expect(loaders).toBe('`src/after-push/index.ts` (`src/after-push/scan-gate.ts`)')
  })

  test('has in its README.md every script with its size, and nothing else', () => {
    const listed = rows.map(({ name, size }) => [name, Number(size.replaceAll(',', ''))])
    expect(listed.sort()).toEqual([...sizes].sort())
  })

  test('has no other files than those that its README.md names', () => {
    const others = names.filter((name) => !name.endsWith('.js')).sort()
    expect(others).toEqual(['README.md', 'licenses.txt', 'notices.txt', 'package.json'])
  })

  test('has the licence notices of comments, whole', () => {
    const notices = readFileSync(path.join(dist, 'notices.txt'), 'utf8')
    expect(notices).toMatch(
      /^Copyright Joyent, Inc\..*\n\nPermission is hereby granted.*IN THE SOFTWARE\.$/ms,
    )
    expect(notices).toContain('Copyright(c) 2015 Douglas Christopher Wilson')
  })
})

describe('local-ecr/dist/', () => {
  const folder = path.join(root, 'local-ecr', 'dist')
  const names = readdirSync(folder)
  const scripts = names.filter((name) => name.endsWith('.js'))
  const sizeOf = (name: string) => statSync(path.join(folder, name)).size

  test('has at most 1 MB of JavaScript', () => {
    expect(scripts.map(sizeOf).reduce((sum, size) => sum + size)).toBeLessThanOrEqual(1_000_000)
  })

  test('has in its README.md every script with its size, and no other file that is not named there', () => {
    const rows = readFileSync(path.join(folder, 'README.md'), 'utf8').matchAll(
      /^\| `([\w.]+\.js)` \| ([\d,]+) \|/gm,
    )
    const listed = [...rows].map(([, name = '', size = '']) => [name, Number(size.replaceAll(',', ''))])
    expect(listed.sort()).toEqual(scripts.map((name) => [name, sizeOf(name)]).sort())
    const others = names.filter((name) => !scripts.includes(name)).sort()
    expect(others).toEqual(['README.md', 'licenses.txt', 'notices.txt', 'package.json'])
  })

  test('makes certificates in a script that only ECR’s own host names load', () => {
    const rows = readFileSync(path.join(folder, 'README.md'), 'utf8').split('\n')
    const [row = '', ...more] = rows.filter((one) => one.includes('`selfsigned`'))
    expect(more).toEqual([])
    expect(row).toContain('`local-ecr/host/names.ts` (`local-ecr/host/tls.ts`)')
  })
})

describe('the README.md', () => {
  const stats: Stats = {
    chunks: [
      {
        files: ['20.index.js'],
        origins: [
          { moduleName: './lib/b/index.js', request: '../c.js' },
          { moduleName: './lib/index.js', request: 'left' },
          { moduleName: './node_modules/@x/left/a.js', request: 'right' },
        ],
        modules: [
          {
            name: './lib/c.js + 2 modules',
            moduleType: 'javascript/esm',
            modules: [
              { name: './lib/c.js', moduleType: 'javascript/esm' },
              { name: './node_modules/left/node_modules/@x/inner/a.js', moduleType: 'javascript/esm' },
            ],
          },
          {
            name: './node_modules/@vercel/ncc/dist/ncc/@@notfound.js?kerberos',
            moduleType: 'javascript/auto',
          },
        ],
      },
      {
        files: ['3.index.js'],
        origins: [{ moduleName: './lib/index.js', request: './b/index.js' }],
        modules: [],
      },
      {
        files: ['index.js'],
        origins: [{ moduleName: '', request: '/tmp/lib/index.js' }],
        modules: [
          { name: './lib/index.js', moduleType: 'javascript/esm' },
          { name: 'external "fs"', moduleType: 'javascript/dynamic' },
          { name: 'webpack/runtime/define', moduleType: 'runtime' },
        ],
      },
    ],
  }
  const sizes = new Map([
    ['20.index.js', 1200],
    ['3.index.js', 30],
    ['index.js', 4],
  ])

  test('says of each script what loads it and what is in it, the entry first, then by number', () => {
    const table = distReadme(stats, sizes)
      .split('\n')
      .filter((line) => line.startsWith('| `'))
    expect(table).toEqual([
      '| `index.js` | 4 | `action.yml`, `bake/`, `merge/`, `post/`, `promote/`, `verify/` | `src/index.ts` |',
      '| `3.index.js` | 30 | `src/index.ts` (`src/b/index.ts`) |  |',
      '| `20.index.js` | 1,200 | `@x/left` (`right`); `src/b/index.ts` (`src/c.ts`); `src/index.ts` (`left`) | `src/c.ts`; packages `@x/inner`; an error for `kerberos`, which is not installed |',
    ])
    expect(distReadme(stats, sizes)).toContain(
      '3 scripts, 1,234 bytes (at most 1,600,000); with `registry-auth` or a Compose file of `bake/` 0 scripts, 0 bytes more (at most 120,000); with `attest` 0 scripts, 0 bytes more (at most 330,000); only with `require-provenance` 0 scripts, 0 bytes (at most 30,000), beside those that both share; only with the action `bake/` 0 scripts, 0 bytes (at most 120,000).',
    )
  })

  test('tells the scripts that only signing or verifying loads from all others', () => {
    const module = (name: string) => ({ name, moduleType: 'javascript/esm' })
    const chunk = (
      file: string,
      origins: readonly (readonly [string, string])[],
      names: readonly string[],
    ) => ({
      files: [file],
      origins: origins.map(([moduleName, request]) => ({ moduleName, request })),
      modules: names.map(module),
    })
    const proving = './lib/actions/provenance/expect.js'
    const expecting = './lib/actions/attest/expect.js'
    const preparing = './lib/actions/attest/prepare.js'
    const built: Stats = {
      chunks: [
        chunk(
          'index.js',
          [['', '/lib/index.js']],
          ['./lib/index.js', expecting, proving, './lib/runner/runner.js'],
        ),
        chunk('1.index.js', [[expecting, './prepare.js']], [preparing]),
        chunk('2.index.js', [[preparing, '../../sigstore/trust-root.js']], ['./node_modules/tuf-js/a.js']),
        chunk(
          '3.index.js',
          [['./lib/runner/runner.js', '../sigstore/transport.js']],
          ['./lib/sigstore/t.js'],
        ),
        chunk('5.index.js', [[proving, './prepare.js']], ['./lib/actions/provenance/prepare.js']),
        // Loaded by signing, and by others too.
        chunk(
          '4.index.js',
          [
            [preparing, '../../registry/copy.js'],
            ['./lib/index.js', './registry/copy.js'],
          ],
          ['./lib/registry/copy.js'],
        ),
      ],
    }
    const made = new Map(
      ['index.js', ...[1, 2, 3, 4, 5].map((n) => `${n}.index.js`)].map((name) => [name, 1]),
    )
    const only = distReadme(built, made).matchAll(/^\| `([\w.]+)` \| 1 \| only with (.+?): /gm)
    expect([...only].map(([, name, inputs]) => [name, inputs])).toEqual([
      ['1.index.js', '`attest`'],
      ['2.index.js', '`attest`'],
      ['3.index.js', '`attest` or `require-provenance`'],
      ['5.index.js', '`require-provenance`'],
    ])
  })

  test('tells the scripts without code of src/', () => {
    const file = (name: string, ...modules: string[]) => ({
      files: [name],
      origins: [],
      modules: modules.map((module) => ({ name: module, moduleType: 'javascript/auto' })),
    })
    const chunks = [
      file('1.index.js', './lib/a.js'),
      file('2.index.js', './node_modules/b/lib/b.js', 'external "fs"'),
      file('3.index.js', './node_modules/b/lib/b.js', './lib/a.js'),
    ]
    expect([...scriptsOfPackages({ chunks })]).toEqual(['2.index.js'])
  })

  test('is not made from the statistics of another build', () => {
    expect(() => distReadme(stats, new Map([['index.js', 4]]))).toThrow(
      'webpack names index.js, 3.index.js, 20.index.js; in dist/ are index.js',
    )
    expect(() => distReadme(stats, new Map([...sizes].map(([name, size]) => [`4${name}`, size])))).toThrow(
      'in dist/ are 420.index.js, 43.index.js, 4index.js',
    )
  })
})

describe('minification', () => {
  test.each([
    ['src/', 'functions', false, 'explainGateway'],
    ['packages alone', 'no functions', true, expect.not.stringContaining('explain')],
  ])(
    'of a script of %s keeps what it does, and the names of its classes and of %s',
    async (_, __, alone, name) => {
      const folder = mkdtempSync(path.join(os.tmpdir(), 'ecr-build-push-minify-'))
      try {
        const file = path.join(folder, '1.index.js')
        const code = `/*! kept */
        /** Copyright (c) 2001 Somebody */
        class GatewayError extends Error {
          // goes away
          status = 502
        }
        function explainGateway(error) {
          return [error.constructor.name, explainGateway.name, error.status, error.message, error.stack]
        }
        export const explained = explainGateway(new GatewayError('bad gateway'))`
        writeFileSync(file, code)
        await minifyScripts(folder, new Set(alone ? ['1.index.js'] : []))
        const minified = readFileSync(file, 'utf8')
        expect(minified).toMatch(/^\/\*! kept \*\/\S/)
        expect(minified.length).toBeLessThan(code.length / 1.5)
        const { explained } = (await import(pathToFileURL(file).href)) as { explained: string[] }
        expect(explained.slice(0, 4)).toEqual(['GatewayError', name, 502, 'bad gateway'])
        expect(explained[4]).toContain('1.index.js')
        expect(readFileSync(path.join(folder, 'notices.txt'), 'utf8')).toMatch(
          /\n\nCopyright \(c\) 2001 Somebody\n$/,
        )
      } finally {
        rmSync(folder, { recursive: true, force: true })
      }
    },
  )

  test.each([
    [
      'a block',
      '/*!\n * @license MIT\n * Copyright 2020 A\n */\nrun()',
      ['@license MIT\nCopyright 2020 A\n'],
    ],
    ['adjoining lines', '  // B\n  //\n  // (c) 2020 C\nrun()\n// D', ['B\n\n(c) 2020 C\n']],
    ['a mention', '// based on node-fetch (MIT License)\n', ['based on node-fetch (MIT License)\n']],
    ['no comment', 'const globs = "/**/*.js" // licensed\nconst license = copyright', []],
    ['a comment on something else', '// license of the repository\n/* c */', []],
  ])('finds the licence notice in %s', (_, code, notices) => {
    expect(licenceNotices(code)).toEqual(notices)
  })
})
