import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { root } from '../../dev/runner.ts'
import { start } from '../support/command.ts'

// What a person reads who cannot go on: one line what, one line what to do, no stack trace. Each failure is provoked as
// it happens, by a machine that lacks something.

let folder: string
/** Copies of this checkout: as it was cloned, and with its packages. */
let clone: string
let installed: string
/** Programs, as far as a machine has any, without docker. */
let bin: string

beforeAll(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'doors-'))
  chmodSync(folder, 0o755)
  clone = path.join(folder, 'clone')
  for (const name of [
    'dev',
    'local-ecr',
    'src',
    '__tests__',
    'package.json',
    'package-lock.json',
    'jest.config.mjs',
    'tsconfig.json',
  ])
    cpSync(path.join(root, name), path.join(clone, name), { recursive: true })
  installed = path.join(folder, 'installed')
  cpSync(clone, installed, { recursive: true })
  symlinkSync(path.join(root, 'node_modules'), path.join(installed, 'node_modules'))
  bin = path.join(folder, 'bin')
  mkdirSync(bin)
  for (const name of [
    'setpriv',
    'unshare',
    'sh',
    'id',
    'mount',
    'cat',
    'tar',
    'gzip',
    'true',
    'mkdir',
    'ln',
    'cp',
  ])
    for (const place of ['/usr/bin', '/bin', '/usr/sbin'])
      try {
        symlinkSync(path.join(place, name), path.join(bin, name))
      } catch {
        // It is there from another folder.
      }
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** A checkout whose packages are links, which a test can take away. @param change gets its `node_modules` */
function withPackages(change: (modules: string) => void): string {
  const checkout = mkdtempSync(path.join(folder, 'packages-'))
  chmodSync(checkout, 0o755)
  // What commands of other tests have made in it is no part of a clone.
  cpSync(clone, checkout, { recursive: true, filter: (source) => path.basename(source) !== '.local' })
  const modules = path.join(checkout, 'node_modules')
  mkdirSync(modules)
  for (const name of readdirSync(path.join(root, 'node_modules')))
    symlinkSync(path.join(root, 'node_modules', name), path.join(modules, name))
  change(modules)
  return checkout
}

function emptyFolder(link: string): void {
  rmSync(link)
  mkdirSync(link)
}

/** A package `node` as it is after an installation, with something else for its binary. */
function replaceNode(modules: string, content: string, mode: number): void {
  const [from, to] = [path.join(root, 'node_modules', 'node'), path.join(modules, 'node')]
  rmSync(to)
  const large = /[/\\](?:bin|node-\w+-\w+)$/
  cpSync(from, to, { recursive: true, filter: (source) => !large.test(source) })
  mkdirSync(path.join(to, 'bin'))
  writeFileSync(path.join(to, 'bin', 'node'), content, { mode })
}

interface Given {
  readonly args: readonly string[]
  readonly folder?: () => string
  /** Programs that are on PATH beside those of every machine. */
  readonly programs?: Readonly<Record<string, string>>
  /** What the command is started through, such as another user. */
  readonly through?: readonly string[]
  readonly env?: NodeJS.ProcessEnv
}

let number = 0

async function run(given: Given) {
  const own = path.join(folder, `programs-${number++}`)
  mkdirSync(own)
  for (const [name, script] of Object.entries(given.programs ?? {}))
    writeFileSync(path.join(own, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 })
  const env = { PATH: `${own}:${bin}`, HOME: folder, ...given.env }
  return start(given.args, { env, folder: given.folder?.() ?? installed, through: given.through ?? [] }).end
}

/** Two lines, whatever the command has said before, and an exit code that says so. */
async function expectSentence(given: Given, what: RegExp, remedy: RegExp) {
  const { code, output } = await run(given)
  const lines = output.trimEnd().split('\n')
  expect(lines.at(-2)).toMatch(what)
  expect(lines.at(-1)).toMatch(/^What to do: /)
  expect(lines.at(-1)).toMatch(remedy)
  expect(output).not.toMatch(/\n\s+at |node:internal|Error:/)
  expect(code).toBe(1)
}

/** A test of what only root can bring about: a run of another user does not have it. */
const asRoot = (name: string, body: () => Promise<void>) => {
  if (process.getuid?.() === 0) test(name, body)
}
const nobody = ['setpriv', '--reuid', '65534', '--regid', '65534', '--clear-groups']

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

  test.each([
    ['is missing', null],
    ['is not one that npm has written', '{'],
    ['is not one that npm has written', '[]'],
  ])('package-lock.json %s (%p)', (what, text) =>
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
  test.each([
    ['is not a whole program', '', 0o755],
    ['is not a whole program', 'exit 0\n', 0o755],
    ['does not run \\(EACCES\\)', long, 0o644],
    ['does not run \\(exit code 3\\)', `#!/bin/sh\nexit 3\n${long}`, 0o755],
    // A shell runs this to its end.
    ['is not Node 24\\.\\d+\\.\\d+', long, 0o755],
    ['is not Node 24\\.\\d+\\.\\d+', `#!/bin/sh\necho v1.2.3\nexit 0\n${long}`, 0o755],
  ])('the Node among the packages %s', (what, content, mode) =>
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

  test.each([
    ['jest', 'is missing', (modules: string) => rmSync(path.join(modules, 'jest'))],
    ['@biomejs', 'is missing', (modules: string) => rmSync(path.join(modules, '@biomejs'))],
    ['jest-circus', 'is missing', (modules: string) => rmSync(path.join(modules, 'jest-circus'))],
    ['yaml', 'is empty', (modules: string) => emptyFolder(path.join(modules, 'yaml'))],
    ['.bin/biome', 'is missing', (modules: string) => emptyFolder(path.join(modules, '.bin'))],
  ])('of the packages, %s %s', (_, __, change) =>
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

  test('no test file is meant', () =>
    expectSentence(
      { args: ['dev/test.ts', 'nosuch'] },
      /^No test file is meant by 'nosuch'\.$/,
      /give a path below __tests__/,
    ))

  test('jest does not know an option', () =>
    expectSentence(
      { args: ['dev/test.ts', '--nosuch'] },
      /^jest does not take these arguments: Unrecognized option "nosuch"/,
      /jestjs\.io/,
    ))

  test('a pattern is none', () =>
    expectSentence({ args: ['dev/test.ts', '('] }, /^'\(' is no pattern of a path\.$/, /jestjs\.io/))

  const scripts = ['demo', 'bench', 'bench-many', 'soak', 'docs', 'build', 'lint', 'format', 'types'].map(
    (name) => `dev/${name}.ts`,
  )
  test.each(scripts)('%s does not know an option', (script) =>
    expectSentence(
      { args: [script, '--nosuch'], programs: docker('0.0.0') },
      /^Unknown option '--nosuch'\.$/,
      /--help/,
    ),
  )

  test.each(scripts.filter((script) => !/(?:soak|lint|format)\.ts$/.test(script)))(
    '%s takes no argument',
    (script) =>
      expectSentence(
        { args: [script, 'more'], programs: docker('0.0.0') },
        /^Unexpected argument 'more'\.$/,
        /--help/,
      ),
  )

  test.each([
    [['faults', 'more'], /^Unexpected argument 'more'\.$/, /only fuzz/],
    [['fuzz', 'more'], /^'more' is no seed\.$/, /earlier run/],
    [['toString'], /^There is no part 'toString'\.$/, /fuzz, faults/],
  ])('soak does not take %p', (args, what, remedy) =>
    expectSentence({ args: ['dev/soak.ts', ...args], programs: docker('0.0.0') }, what, remedy),
  )

  test('only tests that need an engine are meant, and none is to start', () =>
    expectSentence(
      { args: ['dev/test.ts', '--no-engine', '__tests__/e2e/public.test.ts'] },
      /^All tests that are meant by '__tests__\/e2e\/public\.test\.ts' need an engine\.$/,
      /npm test/,
    ))

  test('an option of jest lacks its value', () =>
    expectSentence({ args: ['dev/test.ts', '-t'] }, /^jest's option 't' needs a value\.$/, /jestjs\.io/))

  test('no test has the name that is meant', () =>
    expectSentence(
      { args: ['dev/test.ts', '__tests__/unit/oci', '-t', 'nosuch'], folder: () => root },
      /^No test has run: in what '__tests__\/unit\/oci -t nosuch' means, \d+ were skipped\.$/,
      /-t/,
    ))

  test.each([
    [['-t', '['], /^'\[' is no pattern for the names of tests: Unterminated character class\.$/, /backslash/],
    [['--testNamePattern=a(b'], /^'a\(b' is no pattern for the names of tests: .*\.$/, /backslash/],
    [['--testTimeout=abc'], /^jest's option 'testTimeout' takes a number\.$/, /jestjs\.io/],
    [['--seed', 'x'], /^jest's option 'seed' takes a number\.$/, /jestjs\.io/],
    [['-w=abc'], /^jest's option 'maxWorkers' takes a number, or a percentage/, /jestjs\.io/],
    [['--ci=abc'], /^jest's option 'ci' takes no value, or true or false\.$/, /jestjs\.io/],
    [['--bail=abc'], /^jest's option 'bail' takes no value, or a number of failures\.$/, /jestjs\.io/],
    [['--shard=abc'], /^jest does not take these arguments: .*<n>\/<m>/, /jestjs\.io/],
    [['--showConfig'], /^With jest's option '--showConfig', no test runs\.$/, /dev\/run\.mjs jest/],
    [['--listTests'], /^With jest's option '--listTests', no test runs\.$/, /dev\/run\.mjs jest/],
  ])('an option of jest has a wrong value: %p', (options, what, remedy) =>
    expectSentence({ args: ['dev/test.ts', '__tests__/unit/oci', ...options] }, what, remedy),
  )

  test.each([
    [['nothere'], /^No test file is meant by 'nothere'\.$/, /below __tests__/],
    [['__tests__/e2e'], /^All tests that are meant by '__tests__\/e2e' need an engine\.$/, /npm test/],
  ])('the watch is to wait for %p', (args, what, remedy) =>
    expectSentence({ args: ['dev/test.ts', '--watch', ...args] }, what, remedy),
  )

  test.each(['lint', 'format'])('%s is given a path that does not exist', (name) =>
    expectSentence(
      { args: [`dev/${name}.ts`, 'dev', 'nosuch'] },
      /^There is no file or folder 'nosuch'\.$/,
      /relative to/,
    ),
  )

  test.each(['lint', 'format'])('%s is given a path outside of the project', async (name) => {
    symlinkSync(bin, path.join(installed, `outward-${name}`))
    for (const outside of ['..', '/', os.tmpdir(), `outward-${name}`])
      await expectSentence(
        { args: [`dev/${name}.ts`, 'dev', outside] },
        /^'.+' is outside of this project\.$/,
        /give a path in \/.*installed, or none/,
      )
  })

  test.each(['lint', 'format'])('%s is given nothing that Biome checks', (name) =>
    expectSentence(
      { args: [`dev/${name}.ts`, 'README.md', 'LICENSE'], folder: () => root },
      /^Of the files at 'README\.md' and 'LICENSE', none is of a kind that Biome checks here\.$/,
      /TypeScript, JavaScript, JSON and YAML/,
    ),
  )

  test('the folder for temporary files does not exist', async () => {
    const env = { TMPDIR: '/nosuch/folder' }
    const what = /^\/nosuch\/folder does not exist \(ENOENT.*\)\.$/
    for (const args of [
      ['dev/build.ts', '--check'],
      ['dev/test.ts', '__tests__/unit/oci'],
      ['dev/soak.ts', 'fuzz'],
    ])
      await expectSentence({ args, env }, what, /TMPDIR/)
  })

  const forDocs = (change: (checkout: string) => void) => () => {
    const checkout = withPackages(() => undefined)
    for (const name of ['.github', 'docs', 'README.md', 'action.yml', 'merge', 'promote', 'post'])
      cpSync(path.join(root, name), path.join(checkout, name), { recursive: true })
    for (const file of ['README.md', 'action.yml', 'docs', '.local']) {
      if (file === '.local') mkdirSync(path.join(checkout, file))
      chmodSync(path.join(checkout, file), 0o777)
    }
    change(checkout)
    return checkout
  }

  test.each([
    ['no YAML', 'inputs:\n  a: b: c\n', /^action\.yml, line 2: Nested mappings are not allowed.*\.$/, /YAML/],
    ['empty', '', /^action\.yml is not a map with inputs and outputs\.$/, /action\.yml/],
    ['a list', 'inputs: [a]', /^action\.yml: 'inputs' is not a map from names to maps\.$/, /description/],
    ['missing', null, /^action\.yml does not exist \(ENOENT.*\)\.$/, /git checkout/],
  ])('action.yml is %s', (_, text, what, remedy) =>
    expectSentence(
      {
        args: ['dev/docs.ts'],
        folder: forDocs((checkout) => {
          if (text === null) rmSync(path.join(checkout, 'action.yml'))
          else writeFileSync(path.join(checkout, 'action.yml'), text)
        }),
      },
      what,
      remedy,
    ),
  )

  asRoot('a file that is to be written is read-only', () =>
    expectSentence(
      {
        args: ['dev/docs.ts'],
        through: nobody,
        folder: forDocs((checkout) => {
          writeFileSync(
            path.join(checkout, 'README.md'),
            '<!-- inputs of action.yml, written by npm run docs -->\n<!-- end -->\n',
          )
          chmodSync(path.join(checkout, 'README.md'), 0o444)
          chmodSync(path.join(checkout, 'src', 'inputs', 'names.ts'), 0o444)
        }),
      },
      /^(README\.md|src\/inputs\/names\.ts) is closed to this user \(EACCES.*\)\.$/,
      /right to read and write/,
    ),
  )

  test('a script does not exist', () =>
    expectSentence({ args: ['dev/nosuch.ts'] }, /^There is no script 'dev\/nosuch\.ts'\.$/, /npm run/))

  test('soak does not know a part', () =>
    expectSentence({ args: ['dev/soak.ts', 'nosuch'] }, /^There is no part 'nosuch'\.$/, /fuzz, faults/))

  test('a program does not exist', () =>
    expectSentence(
      { args: ['nosuch'] },
      /^There is no program 'nosuch' in node_modules\/\.bin\.$/,
      /npm run/,
    ))

  asRoot('the user cannot write to the checkout', () =>
    expectSentence(
      { args: ['dev/demo.ts'], through: nobody },
      /^This user cannot write to .*\.local\.$/,
      /clone of your own/,
    ),
  )

  const withLocal = (change: (local: string) => void) => () => {
    const checkout = withPackages(() => undefined)
    change(path.join(checkout, '.local'))
    return checkout
  }

  test('.local is a file', () =>
    expectSentence(
      { args: ['dev/lint.ts'], folder: withLocal((local) => writeFileSync(local, '')) },
      /\.local is no folder, and the commands need one of that name\.$/,
      /mv .*\.local .*\.local\.old$/,
    ))

  asRoot('.local is of another user', () =>
    expectSentence(
      { args: ['dev/lint.ts'], through: nobody, folder: withLocal((local) => mkdirSync(local)) },
      /^This user cannot write to .*\.local\.$/,
      /chown -R nobody .*\.local$/,
    ),
  )

  asRoot('the user has no name', () =>
    expectSentence(
      { args: ['dev/lint.ts'], through: ['setpriv', '--reuid', '65123', '--clear-groups'] },
      /^This user cannot write to .*\.local\.$/,
      /chown -R 65123 .*installed(?:\/\.local)?$/,
    ),
  )

  asRoot('the disk is mounted read-only', () => {
    const mount = 'mount --bind "$PWD" "$PWD"; mount -o remount,ro,bind "$PWD"; cd "$PWD"; exec "$@"'
    return expectSentence(
      {
        args: ['dev/lint.ts'],
        through: ['unshare', '--mount', 'sh', '-c', mount, 'sh'],
        folder: withLocal((local) => mkdirSync(local)),
      },
      /\.local is on a file system that is mounted read-only\.$/,
      /another disk/,
    )
  })

  describe('a user who is not root', () => {
    const theirs = () => {
      const folder_ = path.join(folder, `theirs-${number}`)
      cpSync(installed, folder_, { recursive: true, verbatimSymlinks: true })
      mkdirSync(path.join(folder_, '.local'), { recursive: true })
      chmodSync(path.join(folder_, '.local'), 0o777)
      return folder_
    }

    asRoot('has no docker', () =>
      expectSentence(
        {
          args: ['dev/demo.ts'],
          through: [...nobody, 'sh', '-c', 'umask 0; exec "$@"', 'sh'],
          folder: theirs,
        },
        /^The command needs a Docker engine, and there is no docker on PATH; only root can start one of its own\.$/,
        /install and start Docker, or run the command as root on Debian 12/,
      ),
    )

    asRoot('has a docker command without an engine', () =>
      expectSentence(
        {
          args: ['dev/demo.ts'],
          through: nobody,
          folder: theirs,
          programs: {
            docker:
              'echo "Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?" >&2; exit 1',
          },
        },
        /there is a docker command, and no engine behind it \(Cannot connect to the Docker daemon/,
        /start Docker/,
      ),
    )

    asRoot('may not use the docker of the machine', () =>
      expectSentence(
        {
          args: ['dev/demo.ts'],
          through: nobody,
          folder: theirs,
          programs: {
            docker:
              'echo "permission denied while trying to connect to the Docker daemon socket" >&2; exit 1',
          },
        },
        /this user may not use the Docker of this machine/,
        /usermod --append --groups docker/,
      ),
    )
  })

  asRoot('root has no right to a part of the machine of its own', () =>
    expectSentence(
      {
        args: ['dev/demo.ts'],
        through: ['setpriv', '--bounding-set', '-sys_admin', '--inh-caps', '-sys_admin'],
        programs: apt('exit 1'),
      },
      /^This root may not start an engine apart from the rest of the machine \(unshare: .*Operation not permitted\)/,
      /--privileged/,
    ),
  )

  asRoot('the machine is not Debian', () =>
    expectSentence(
      {
        args: ['dev/demo.ts'],
        through: [
          'unshare',
          '--mount',
          'sh',
          '-c',
          `echo 'ID=fedora
PRETTY_NAME="Fedora Linux 41"' >"$HOME/os-release"; mount --bind "$HOME/os-release" /etc/os-release; exec "$@"`,
          'sh',
        ],
      },
      /Debian 12 or later, and this is Fedora Linux 41/,
      /install and start Docker/,
    ),
  )

  asRoot('the disk is full', () =>
    expectSentence(
      {
        args: ['dev/demo.ts'],
        programs: apt('exit 1'),
        through: [
          'unshare',
          '--mount',
          'sh',
          '-c',
          `mkdir -p "$HOME/small"; mount -t tmpfs -o size=64m tmpfs "$HOME/small"; (cd "${installed}"; tar -cf - .) | tar -xf - -C "$HOME/small"; cd "$HOME/small"; exec "$@"`,
          'sh',
        ],
      },
      /^There are 0\.\d GB free on the disk of .*small, and the command needs \d\.\d GB\.$/,
      /make room/,
    ),
  )

  asRoot('the mirror cannot be reached', () =>
    expectSentence(
      {
        args: ['dev/demo.ts'],
        programs: apt(
          'echo "E: Failed to fetch http://mirror.example/dists/trixie/InRelease  Could not resolve" >&2; exit 100',
        ),
      },
      /^Fetching docker\.io, docker-cli, containerd, tini of trixie failed: Failed to fetch http:\/\/mirror\.example/,
      /mirror in its apt sources/,
    ),
  )
})

function apt(script: string): Record<string, string> {
  return { 'apt-get': script, dpkg: 'exit 0' }
}

/** A docker whose engine answers, for a command that does not come to use it. */
function docker(version: string): Record<string, string> {
  return { docker: `echo ${version.replace(/^0/, '1')}` }
}

describe('help', () => {
  test.each(['demo', 'test', 'bench', 'bench-many', 'soak', 'docs', 'lint', 'format', 'types'])(
    'of %s, which needs nothing',
    async (name) => {
      const { code, output } = await run({ args: [`dev/${name}.ts`, '--help'] })
      expect([code, output]).toEqual([0, expect.stringMatching(/^npm (run|test)/)])
      expect(output).toContain('--help')
    },
  )
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

test('the local ECR starts as a shell script starts it, packages and Node included', async () => {
  const { scripts } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as {
    scripts: Record<string, string>
  }
  const readme = readFileSync(path.join(root, 'local-ecr', 'README.md'), 'utf8')
  const command = scripts['local-ecr'] as string
  expect(readme).toContain(`${command} > /tmp/local-ecr.env &`)
  const args = command.split(' ').slice(2)
  const wrong = await run({ args: [...args, '--mode', 'nosuch'] })
  expect([wrong.code, wrong.output]).toEqual([1, expect.stringMatching(/^--mode is 'nosuch': it can be/)])
  const { output } = await run({ args, folder: () => clone })
  expect(output).toMatch(/^There is no npm on PATH, and packages have to be installed\.\nWhat to do: /)
})

test('format changes the paths that it is given, and no other', async () => {
  const [given, other] = ['given.ts', 'other.ts'].map((name) => path.join(installed, 'dev', name)) as [
    string,
    string,
  ]
  for (const file of [given, other]) writeFileSync(file, 'export const a   =  1\n')
  expect((await run({ args: ['dev/lint.ts', 'dev/given.ts'] })).code).toBe(1)
  expect((await run({ args: ['dev/format.ts', 'dev/given.ts'] })).code).toBe(0)
  expect(readFileSync(given, 'utf8')).toMatch(/^export const a = 1;?\n$/)
  expect(readFileSync(other, 'utf8')).toBe('export const a   =  1\n')
  for (const file of [given, other]) rmSync(file)
})

test('a defect is one line with the way to see more, and with --verbose all of it', async () => {
  const script = path.join(installed, 'dev', 'defect.ts')
  writeFileSync(
    script,
    `import { main } from './command/main.ts'
await main({ help: '', options: {} }, async () => { throw new TypeError('one is not two\\nand more') })\n`,
  )
  const short = await run({ args: ['dev/defect.ts'] })
  expect([short.code, short.output]).toEqual([
    1,
    'TypeError: one is not two\nWhat to do: this is a defect of the command; run the command with --verbose, which shows where.\n',
  ])
  const long = await run({ args: ['dev/defect.ts', '--verbose'] })
  expect(long.output).toMatch(/\n\s+at .*defect\.ts:2/)
})

test('a flow test by its path needs no engine, no docker and no root', async () => {
  const { code, output } = await run({
    args: ['dev/test.ts', '__tests__/flow/tokens.test.ts'],
    folder: () => root,
  })
  expect(output).not.toMatch(/engine/i)
  expect(output).toMatch(/\n3 passed, 0 failed, 0 skipped\n$/)
  expect(code).toBe(0)
})
