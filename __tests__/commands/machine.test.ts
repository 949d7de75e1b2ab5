import { chmodSync, cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { root } from '../../dev/runner.ts'
import {
  apt,
  asRoot,
  clone,
  expectSentence,
  folder,
  installed,
  nobody,
  number,
  run,
  useCopies,
  withPackages,
} from '../support/doors.ts'
import { rows } from '../support/variants.ts'

// What a person reads who cannot go on: one line what, one line what to do, no stack trace.

useCopies()

describe('a sentence, if', () => {
  test('the folder for temporary files does not exist', async () => {
    const env = { TMPDIR: '/nosuch/folder' }
    const what = /^\/nosuch\/folder does not exist \(ENOENT.*\)\.$/
    // Variants: all make it by the same function.
    for (const args of rows(
      [['dev/test.ts', '__tests__/unit/oci']],
      [
        ['dev/build.ts', '--check'],
        ['dev/soak.ts', 'fuzz'],
      ],
    ))
      await expectSentence({ args, env }, what, /TMPDIR/)
  })

  let ofDocs: string | undefined
  /** A checkout whose documents can be written. What a test has changed in them is as it was. */
  const forDocs = (change: (checkout: string) => void) => () => {
    ofDocs ??= withPackages(() => undefined)
    const checkout = ofDocs
    for (const name of [
      '.github',
      'docs',
      'examples',
      'README.md',
      'action.yml',
      'bake',
      'merge',
      'promote',
      'verify',
      'post',
    ])
      cpSync(path.join(root, name), path.join(checkout, name), { recursive: true })
    for (const file of ['README.md', 'action.yml', 'docs', '.local']) {
      if (file === '.local') mkdirSync(path.join(checkout, file), { recursive: true })
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
        direct: true,
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

test('a defect is one line with the way to see more, and with --verbose all of it', async () => {
  const script = path.join(installed, 'dev', 'defect.ts')
  writeFileSync(
    script,
    `import { main } from './command/main.ts'
await main({ help: '', options: {} }, async () => { throw new TypeError('one is not two\\nand more') })\n`,
  )
  const short = await run({ args: ['dev/defect.ts'], direct: true })
  expect([short.code, short.output]).toEqual([
    1,
    'TypeError: one is not two\nWhat to do: this is a defect of the command; run the command with --verbose, which shows where.\n',
  ])
  const long = await run({ args: ['dev/defect.ts', '--verbose'], direct: true })
  expect(long.output).toMatch(/\n\s+at .*defect\.ts:2/)
})
