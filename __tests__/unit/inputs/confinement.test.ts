import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals'
import { InputError } from '../../../src/shared/errors.ts'
import { read } from '../../support/arguments.ts'

// Where docker may read what it builds. ROOT has a workspace, what is beside it, and a link to the workspace.

let root = ''
const at = (...names: string[]) => path.join(root, ...names)

beforeAll(() => {
  root = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'runner-')))
  for (const folder of [
    'work/app',
    'work/sub/deep',
    'work/sub/other',
    'work/linked',
    'beside',
    'temp/build',
    'temp/_runner_file_commands',
  ])
    mkdirSync(at(folder), { recursive: true })
  for (const folder of ['work', 'work/app', 'work/sub', 'beside', 'temp/build', 'temp/_runner_file_commands'])
    writeFileSync(at(folder, 'Dockerfile'), 'FROM scratch\n')
  const links: [at: string, to: string][] = [
    ['work/to-proc', '/proc'],
    ['work/to-self', '/proc/self/cwd'],
    ['work/by-links', 'sub/up/../../../../../../../proc/self/cwd'],
    ['work/to-dev', '/dev'],
    ['work/by-memory', '/dev/shm/../fd'],
    ['work/to-root', '/'],
    ['work/to-process', '/proc/self'],
    ['work/to-deep', 'sub/deep'],
    ['work/to-beside', at('beside')],
    ['work/to-app', 'app'],
    ['work/by-app', '../work/app'],
    ['work/chain', 'to-beside'],
    ['work/sub/up', '../..'],
    ['work/file-outside', at('beside/Dockerfile')],
    ['work/file-inside', 'app/Dockerfile'],
    ['work/file-of-proc', '/proc/self/environ'],
    ['work/linked/Dockerfile', '../../beside/Dockerfile'],
    ['work/to-commands', at('temp/_runner_file_commands')],
    ['temp/build/to-proc', '/proc'],
    ['alias', at('work')],
    ['work/self', 'self'],
    ['work/there', 'back'],
    ['work/back', 'there'],
    ['work/longer', 'longer/deeper'],
    ['work/double-0', 'nosuch'],
    // More links than the kernel follows in one path, and fewer: if it has to look twice, Linux counts them twice.
    ...chain('work/far', 41),
    ...chain('work/near', 12),
    // Twice as many of them with each.
    ...Array.from({ length: 60 }, (_, n): [string, string] => [
      `work/double-${n + 1}`,
      `double-${n}/double-${n}`,
    ]),
  ]
  for (const [link, to] of links) symlinkSync(to, at(link))
  // Node shows both names as U+FFFD, and so takes another folder for what they lead to.
  const named = (byte: number) => Buffer.concat([Buffer.from(at('work/')), Buffer.from([byte])])
  symlinkSync(Buffer.from([0xff]), at('work/odd'))
  symlinkSync(at('beside'), named(0xff))
  symlinkSync(Buffer.from([0xfe]), at('work/odd-proc'))
  symlinkSync('/proc/self', named(0xfe))
  symlinkSync(Buffer.from([0xfd]), at('work/odd-missing'))
  mkdirSync(at('work/\uFFFD/out'), { recursive: true })
  writeFileSync(at('work/\uFFFD/Dockerfile'), 'FROM scratch\n')
})

/** Links one after the other, from `NAME` to the folder `app`. */
function chain(name: string, length: number): [at: string, to: string][] {
  const base = path.basename(name)
  return Array.from({ length }, (_, n) => [
    n === 0 ? name : `${name}-${n}`,
    n === length - 1 ? 'app' : `${base}-${n + 1}`,
  ])
}

afterAll(() => rmSync(root, { recursive: true }))

function problems(given: Record<string, string>, cwd = at('work')): string {
  const inputs = Object.entries(given).map(([input, value]) => [input, value.replaceAll('ROOT', root)])
  try {
    read(Object.fromEntries(inputs), { cwd, folder: cwd }, { env: { RUNNER_TEMP: at('temp') } })
  } catch (error) {
    if (error instanceof InputError) return error.message.replaceAll(root, 'ROOT')
    throw error
  }
  return ''
}

const SYSTEM = 'must be outside of /proc, /sys, /dev, and not the root of the file system'
const WORKSPACE = 'must be inside of the workspace (ROOT/work)'
const COMMANDS = 'must be outside of ROOT/temp/_runner_file_commands'

const ENDLESS = 'leads through links in a circle, or more than 40 of them'

const BACK = "goes back by '..' from what is a link or missing, and so leads to"

const ODD = 'leads through a link whose target is not UTF-8'

/** Folders, as the workflow writes them, and what has to be said of them; nothing if they may be built. */
const FOLDERS: [given: string, problem: string][] = [
  ['.', ''],
  ['app', ''],
  ['app/', ''],
  ['./sub/../app', ''],
  ['../work/app', ''],
  ['to-app', ''],
  ['by-app/', ''],
  ['ROOT/work/app', ''],
  ['ROOT/work/to-app', ''],
  ['ROOT/alias/app', ''],
  ['ROOT/beside', ''],
  ['ROOT/temp/build', ''],
  ['ROOT/temp', ''],
  ['sub/deep/..', ''],
  // What docker makes of these is not what the text says.
  ['to-process/..', `${BACK} /proc or to ROOT/work;`],
  ['ROOT/work/to-process/..', `${BACK} /proc or to ROOT/work;`],
  ['to-deep/../app', `${BACK} nothing or to ROOT/work/app;`],
  ['nosuch/../app', `${BACK} nothing or to ROOT/work/app;`],
  ['..', WORKSPACE],
  ['../beside', WORKSPACE],
  ['../temp/build/', WORKSPACE],
  ['to-beside', `${WORKSPACE} (it leads to ROOT/beside)`],
  ['to-beside/', `${WORKSPACE} (it leads to ROOT/beside)`],
  ['chain', `${WORKSPACE} (it leads to ROOT/beside)`],
  ['sub/up/temp/build', `${WORKSPACE} (it leads to ROOT/temp/build)`],
  ['ROOT/work/to-beside', `${WORKSPACE} (it leads to ROOT/beside)`],
  ['ROOT/alias/to-beside', `${WORKSPACE} (it leads to ROOT/beside)`],
  ['ROOT/alias/sub/up/temp/build', `${WORKSPACE} (it leads to ROOT/temp/build)`],
  ['/', `${SYSTEM}: among what the kernel shows there are the secrets of the job`],
  ['//', SYSTEM],
  ['/tmp/..', SYSTEM],
  ['/proc', SYSTEM],
  ['/proc/', SYSTEM],
  ['/proc/self', SYSTEM],
  ['/proc/self/cwd', SYSTEM],
  ['/proc/self/root', SYSTEM],
  ['/tmp/../proc', SYSTEM],
  ['/sys', SYSTEM],
  ['/dev', SYSTEM],
  ['/dev/fd', SYSTEM],
  ['/dev/shm', ''],
  ['/sys/kernel', SYSTEM],
  ['to-proc', `${SYSTEM} (it leads to /proc)`],
  ['to-proc/', `${SYSTEM} (it leads to /proc)`],
  ['to-proc/self', SYSTEM],
  ['to-self', SYSTEM],
  ['by-links', SYSTEM],
  ['to-dev', SYSTEM],
  ['by-memory', SYSTEM],
  ['to-root', `${SYSTEM} (it leads to /)`],
  ['to-root/proc', SYSTEM],
  ['ROOT/work/to-proc', SYSTEM],
  ['ROOT/temp/build/to-proc', SYSTEM],
  ['../../../../../../../../proc', SYSTEM],
  ['odd', ODD],
  ['ROOT/work/odd', ODD],
  ['ROOT/alias/odd', ODD],
  ['odd-proc', ODD],
  ['\uFFFD', ''],
  ['ROOT/temp/_runner_file_commands', COMMANDS],
  ['to-commands', `${COMMANDS} (it leads to ROOT/temp/_runner_file_commands)`],
]

describe.each(FOLDERS)('the folder %s', (folder, problem) => {
  test('as the context', () => {
    const said = problems({ context: folder, file: 'Dockerfile' })
    if (problem === '') expect(said).toBe('')
    else expect(said).toContain(`Input 'context': '${folder}': ${problem}`)
  })

  test.each(['lib=', 'lib=oci-layout://'])('as a named context, %s…', (before) => {
    const said = problems({ 'build-contexts': before + folder })
    if (problem === '') expect(said).toBe('')
    else expect(said).toContain(`Input 'build-contexts': '${before}${folder}': ${problem}`)
  })
})

describe('a Dockerfile', () => {
  test.each([
    ['app/Dockerfile', ''],
    ['file-inside', ''],
    ['ROOT/work/app/Dockerfile', ''],
    ['ROOT/beside/Dockerfile', ''],
    ['ROOT/temp/build/Dockerfile', ''],
    ['../beside/Dockerfile', WORKSPACE],
    ['to-beside/Dockerfile', `${WORKSPACE} (it leads to ROOT/beside/Dockerfile)`],
    ['file-outside', `${WORKSPACE} (it leads to ROOT/beside/Dockerfile)`],
    ['ROOT/work/file-outside', WORKSPACE],
    ['linked/Dockerfile', WORKSPACE],
    ['file-of-proc', SYSTEM],
    ['/proc/self/environ', SYSTEM],
    ['to-proc/self/environ', SYSTEM],
  ])('in %s', (file, problem) => {
    const said = problems({ file })
    if (problem === '') expect(said).toBe('')
    else expect(said).toContain(`Input 'file': '${file}': ${problem}`)
  })

  test.each([
    ['/proc/self/environ', SYSTEM],
    ['ROOT/work/file-outside', WORKSPACE],
    ['ROOT/work/odd/Dockerfile', ODD],
    ['ROOT/work/app/Dockerfile', ''],
    ['ROOT/beside/Dockerfile', ''],
    ['docker/Dockerfile', ''],
  ])('beside a context from elsewhere, %s', (file, problem) => {
    const said = problems({ context: 'https://github.com/octo/app.git', file })
    if (problem === '') expect(said).toBe('')
    else expect(said).toContain(`Input 'file': '${file}': ${problem}`)
  })

  test('that nobody has named is one of the context or of the workspace, also behind links', () => {
    expect(problems({ context: 'app' })).toBe('')
    expect(problems({ context: 'ROOT/temp/build' })).toBe('')
    expect(problems({ context: 'linked' })).toBe(
      `Input 'context': 'linked': its Dockerfile (ROOT/work/linked/Dockerfile) ${WORKSPACE} (it leads to ROOT/beside/Dockerfile); if another place is meant, give its own absolute path in 'file'`,
    )
  })
})

test('a folder that is not built is the only problem, and the remedy is named', () => {
  expect(problems({ context: 'to-beside' })).toBe(
    `Input 'context': 'to-beside': ${WORKSPACE} (it leads to ROOT/beside); if another place is meant, give its own absolute path`,
  )
})

test('a workspace that is itself behind a link is one', () => {
  expect(problems({ context: 'app', 'build-contexts': 'lib=sub' }, at('alias'))).toBe('')
  expect(problems({ context: 'to-beside' }, at('alias'))).toContain(
    'must be inside of the workspace (ROOT/alias)',
  )
})

test.each([
  'https://github.com/acme/shop.git#main:/proc',
  'git@github.com:acme/shop.git#v1:to-proc',
  'https://example.com/proc.tar.gz',
])('what docker fetches is no folder of the runner: %s', (context) => {
  expect(problems({ context })).toBe('')
  expect(problems({ 'build-contexts': `lib=${context}` })).toBe('')
})

test.each(['user.name@host:folder', 'user@host_name:folder', 'git@host:folder', 'ssh://host/app'])(
  'a folder with the name of an address is one all the same: %s',
  (name) => {
    mkdirSync(path.dirname(at('work', name)), { recursive: true })
    symlinkSync('/proc', at('work', name))
    expect(problems({ context: name, file: 'Dockerfile' })).toContain(SYSTEM)
    expect(problems({ 'build-contexts': `lib=${name}` })).toContain(SYSTEM)
  },
)

test('a Dockerfile is fetched by HTTP alone: any other name of an address is a path', () => {
  mkdirSync(at('work/github.com'))
  symlinkSync('../../beside', at('work/github.com/shop'))
  expect(problems({ file: 'github.com/shop/Dockerfile' })).toContain(WORKSPACE)
  expect(problems({ file: 'https://example.com/Dockerfile' })).toBe('')
})

test.each(['user.name@host:nosuch', 'user@host_name:nosuch'])(
  'what is no address to docker is a folder: %s',
  (given) => {
    expect(problems({ context: given, file: 'Dockerfile' })).toContain('does not exist')
  },
)

test('a named context with a colon that docker takes for a folder is one', () => {
  symlinkSync('/proc', at('work', 'x:'))
  expect(problems({ 'build-contexts': 'lib=x:' })).toContain(SYSTEM)
  expect(problems({ 'build-contexts': 'lib=docker-image://alpine\nnext=target:x' })).toBe('')
  expect(problems({ 'build-contexts': 'lib=oci-layout://to-proc@sha256:0' })).toContain(SYSTEM)
})

describe('a file with a secret', () => {
  test.each([
    ['ROOT/work/app/Dockerfile', ''],
    ['ROOT/beside/Dockerfile', ''],
    ['ROOT/work/file-outside', WORKSPACE],
    ['ROOT/alias/file-outside', WORKSPACE],
    ['ROOT/work/file-of-proc', SYSTEM],
    ['/proc/self/status', SYSTEM],
  ])('in %s', (file, problem) => {
    const said = problems({ 'secret-files': `x=${file}` })
    if (problem === '') expect(said).toBe('')
    else expect(said).toContain(`Input 'secret-files': 'x=${file}': ${problem}`)
  })
})

describe('where docker writes, or reads what may be missing', () => {
  const NOTHING = 'leads through a link to nothing'
  const PLACES: [given: string, problem: string][] = [
    ['out', ''],
    ['out/deep', ''],
    ['./sub/../out', ''],
    ['app/out', ''],
    ['to-app', ''],
    ['to-app/out', ''],
    ['by-app/out', ''],
    ['ROOT/work/out', ''],
    ['ROOT/beside/out', ''],
    ['ROOT/temp/cache/deep', ''],
    ['/nosuch-folder/out', ''],
    ['/dev/null', ''],
    ['/dev/./null', ''],
    ['/dev//null', ''],
    ['/dev/null/out', SYSTEM],
    ['/dev/shm/../null', SYSTEM],
    ['/dev/shm/out', ''],
    ['ROOT/work/to-app/out', ''],
    ['to-beside', `${WORKSPACE} (it leads to ROOT/beside)`],
    ['to-beside/out', `${WORKSPACE} (it leads to ROOT/beside)`],
    ['chain/out/deep', `${WORKSPACE} (it leads to ROOT/beside)`],
    ['ROOT/work/to-beside/out', `${WORKSPACE} (it leads to ROOT/beside)`],
    ['ROOT/alias/to-beside/out', `${WORKSPACE} (it leads to ROOT/beside)`],
    ['../out', WORKSPACE],
    ['file-outside', `${WORKSPACE} (it leads to ROOT/beside/Dockerfile)`],
    ['to-nothing', `${NOTHING} (ROOT/work/to-nothing to ../beside/new)`],
    ['to-nothing/out', NOTHING],
    ['ROOT/temp/build/to-nothing/out', NOTHING],
    ['nosuch/../out', "goes back by '..' from what is missing"],
    ['to-deep/../out', BACK],
    // What docker finds exists, and what the text says does not.
    ['to-deep/../other', `${BACK} ROOT/work/sub/other or to nothing;`],
    ['self', `${ENDLESS} (ROOT/work/self to self)`],
    ['self/out', ENDLESS],
    ['there/out', ENDLESS],
    ['ROOT/work/there', ENDLESS],
    ['longer/out/deep', ENDLESS],
    ['double-60/out', ENDLESS],
    ['app/../self/out', ENDLESS],
    ['far', ENDLESS],
    ['far/out', ENDLESS],
    ['near', ''],
    ['near/out', ''],
    ['odd', ODD],
    ['odd/out', ODD],
    ['odd/new', ODD],
    ['ROOT/work/odd/new', ODD],
    ['odd-proc/fd', ODD],
    ['odd-missing', ODD],
    ['odd-missing/new', ODD],
    ['\uFFFD/new', ''],
    ['to-proc/out', `${SYSTEM} (it leads to /proc)`],
    ['/proc/self/fd/1', SYSTEM],
    ['/sys/nosuch', SYSTEM],
    ['to-root/nosuch-folder', WORKSPACE],
    ['ROOT/temp/_runner_file_commands/new', COMMANDS],
    ['to-commands/new', COMMANDS],
  ]
  const FORMS: [input: string, before: string, more: Record<string, string>][] = [
    ['outputs', '', {}],
    ['outputs', 'type=local,dest=', {}],
    ['outputs', 'type=tar,dest=x,Dest=', {}],
    ['outputs', 'type=oci,tar=false,dest=', {}],
    ['cache-to', 'type=local,dest=', {}],
    ['cache-from', 'type=local,src=', {}],
    ['ssh', 'default=', {}],
  ]

  beforeAll(() => {
    symlinkSync('../beside/new', at('work/to-nothing'))
    symlinkSync('nosuch', at('temp/build/to-nothing'))
    symlinkSync(at('beside'), at('work', ' blank'))
  })

  test.each(FORMS.flatMap(([input, before]) => PLACES.map((place) => [input, before, ...place] as const)))(
    '%s: %s%s',
    (input, before, place, problem) => {
      const said = problems({ [input]: before + place })
      if (problem === '') expect(said).toBe('')
      else expect(said).toContain(`Input '${input}': '${before}${place}': ${place} ${problem}`)
    },
  )

  test('the second key of an agent, and a cache whose name begins with a blank, as docker takes it', () => {
    expect(problems({ ssh: '"default=ROOT/beside/key,to-beside/key"' })).toContain(WORKSPACE)
    expect(problems({ 'cache-to': 'type=local,dest= blank/cache' })).toContain(WORKSPACE)
    expect(problems({ 'cache-to': 'type=local,dest=blank/cache' })).toBe('')
  })

  test.each([
    'type=local,dest= blank',
    'type=local, dest = blank/out',
    'type=oci,Dest= blank/out',
    'type=tar," dest= blank/out"',
    '" blank"',
    '" blank/out"',
  ])('an output whose name begins with a blank, as docker takes it: %s', (given) => {
    expect(problems({ outputs: given })).toContain(WORKSPACE)
    expect(problems({ outputs: given.replace(' blank', 'blank') })).toBe('')
  })

  test('an agent by its name, and a folder for what is not pushed', () => {
    expect(problems({ ssh: 'default' })).toBe('')
    expect(problems({ push: 'false', outputs: 'to-beside/out' })).toContain(WORKSPACE)
  })
})

test.each([
  ['outputs', '/nosuch-drive/out'],
  ['outputs', '/'],
  ['cache-to', 'type=local,dest=/nosuch-drive/out'],
  ['ssh', 'default=/pipe/openssh-ssh-agent'],
])('a path on a drive that is missing, or a named pipe, is for docker to judge: %s %s', (input, given) => {
  const { native } = realpathSync
  const workspaceAlone = jest.spyOn(realpathSync, 'native').mockImplementation(((file: string) => {
    if (file.startsWith(root)) return native(file)
    throw Object.assign(new Error(`ENOENT: ${file}`), { code: 'ENOENT' })
  }) as typeof native)
  try {
    expect(problems({ [input]: given })).toBe('')
  } finally {
    workspaceAlone.mockRestore()
  }
})

test('a folder that is given in other letters than the disk has is no other one, as on macOS and Windows', () => {
  const { native } = realpathSync
  const otherLetters = jest
    .spyOn(realpathSync, 'native')
    .mockImplementation(((file: string) => native(file).replace('/app', '/App')) as typeof native)
  try {
    expect(problems({ context: 'app' })).toBe('')
    expect(problems({ context: './sub/../app' })).toBe('')
    expect(problems({ outputs: 'app/out' })).toBe('')
    expect(problems({ outputs: 'to-deep/../other' })).toContain(BACK)
  } finally {
    otherLetters.mockRestore()
  }
})

test.each([
  ['outputs', 'type=local,dest='],
  ['outputs', 'type=oci,dest='],
  ['cache-to', 'type=local,dest='],
  ['cache-from', 'type=local,src='],
])('%s: %s…, longer than a path may be', (input, given) => {
  const started = process.cpuUsage()
  const far = '/etc/passwd'.repeat(20_000)
  expect(problems({ [input]: given + far })).toContain(
    'is longer than the 4095 bytes that a path may have; shorten it',
  )
  // Looking at each of its folders would take minutes.
  expect(process.cpuUsage(started).user).toBeLessThan(5e6)
  expect(problems({ [input]: given + 'a'.repeat(4095) })).not.toContain('is longer')
})

describe('links in the folder of an OCI layout, through which docker would write', () => {
  const FORMS: [input: string, given: string][] = [
    ['cache-to', 'type=local,mode=max,dest='],
    ['cache-from', 'type=local,src='],
    ['outputs', 'type=oci,tar=false,dest='],
    ['outputs', 'type=docker,tar=false,dest='],
  ]
  const LINKS = [
    'index.json',
    'index.json.lock',
    'oci-layout',
    'blobs',
    'blobs/sha256',
    'blobs/sha256/0123',
    'ingest',
    'ingest/0123',
    'ingest/0123/data',
  ]
  // Wherever it leads, also to what is missing, or back into the workspace.
  const TARGETS = () => [at('beside'), at('beside/missing'), at('beside/Dockerfile'), at('work/app')]

  test.each(FORMS.flatMap(([input, given]) => LINKS.map((link) => [input, given, link] as const)))(
    '%s: %s… with %s',
    (input, given, link) => {
      for (const [n, target] of TARGETS().entries()) {
        const folder = `layouts/${input}-${given.length}/${link.replaceAll('/', '-')}-${n}`
        mkdirSync(path.dirname(at('work', folder, link)), { recursive: true })
        symlinkSync(target, at('work', folder, link))
        for (const place of [folder, `ROOT/work/${folder}`, `ROOT/alias/${folder}`]) {
          expect(problems({ [input]: given + place })).toContain(
            `Input '${input}': '${given}${place}': ${place} has a link in it (`,
          )
          expect(problems({ [input]: given + place })).toContain(
            `/${folder}/${link}), through which docker would write`,
          )
        }
      }
    },
  )

  test.each(FORMS)('%s: %s… with a folder that cannot be searched for them', (input, given) => {
    const folder = `unsearched/${input}-${given.length}`
    mkdirSync(at('work', folder, 'blobs'), { recursive: true })
    symlinkSync(at('beside'), at('work', folder, 'blobs/sha256'))
    mkdirSync(Buffer.concat([Buffer.from(at('work', folder, 'blobs/')), Buffer.from([0xff])]))
    expect(problems({ [input]: given + folder })).toContain(
      `: ${folder} has what cannot be searched for links, through which docker would write (`,
    )
  })

  test.each(FORMS)('%s: %s… without such a link, or with links beside what docker makes', (input, given) => {
    const folder = `plain/${input}-${given.length}`
    mkdirSync(at('work', folder, 'blobs/sha256'), { recursive: true })
    mkdirSync(at('work', folder, 'ingest'))
    writeFileSync(at('work', folder, 'index.json'), '{}')
    writeFileSync(at('work', folder, 'blobs/sha256/0123'), '')
    symlinkSync(at('beside'), at('work', folder, 'other'))
    expect(problems({ [input]: given + folder })).toBe('')
    expect(problems({ [input]: `${given}${folder}/missing` })).toBe('')
  })

  test.each(FORMS)('%s: %s… elsewhere are those of whoever has the machine', (input, given) => {
    const folder = at('temp', `${input}-${given.length}`)
    mkdirSync(folder)
    symlinkSync(at('beside'), path.join(folder, 'blobs'))
    expect(problems({ [input]: given + folder })).toBe('')
  })

  test.each(['type=oci,dest=', 'type=docker,dest=', 'type=docker,tar=true,dest='])(
    '%s… is an archive that is there already, and is replaced',
    (before) => {
      writeFileSync(at('work/image.tar'), '')
      expect(problems({ outputs: `${before}image.tar` })).toBe('')
    },
  )

  test('are no matter for files, which docker puts in their place', () => {
    mkdirSync(at('work/files'))
    symlinkSync(at('beside'), at('work/files/blobs'))
    expect(problems({ outputs: 'type=local,dest=files' })).toBe('')
  })
})
