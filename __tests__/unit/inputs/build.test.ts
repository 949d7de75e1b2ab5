import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { InputError } from '../../../src/shared/errors.ts'
import { type Desk, type Job, read } from '../../support/arguments.ts'

let desk: Desk

beforeAll(() => {
  const cwd = mkdtempSync(path.join(os.tmpdir(), 'workspace-'))
  writeFileSync(path.join(cwd, 'Dockerfile'), 'FROM scratch\n')
  for (const folder of ['folder', 'lower', 'empty']) mkdirSync(path.join(cwd, folder))
  writeFileSync(path.join(cwd, 'lower', 'dockerfile'), 'FROM scratch\n')
  writeFileSync(path.join(cwd, '.npmrc'), 'x')
  desk = { cwd, folder: cwd }
})

afterAll(() => rmSync(desk.cwd, { recursive: true }))

function problems(given: Record<string, string>, job: Job = {}): string {
  try {
    read(given, desk, job)
  } catch (error) {
    if (error instanceof InputError) return error.message.replaceAll(desk.cwd, 'CWD')
    throw error
  }
  return ''
}

const SECRET_RULE =
  'is not ID=value (an id is letters, digits and _ . : / @ + ~ % -); a value of several lines is quoted together with its id: "ID=first line⏎second line"'

const BROKEN_SECRETS =
  'is not a list: an item begins with a quote, and is not quoted as a whole. End it with a quote and double each quote inside ("ID=a ""b"" c"), or leave out the quotes around it; secret-envs takes any value as it is'

describe('a wrong input says what is allowed', () => {
  const wrong: [input: string, value: string, message: string, more?: Record<string, string>][] = [
    ['platforms', 'linux amd64', 'must be OS/ARCHITECTURE[/VARIANT], such as linux/amd64 or linux/arm/v7'],
    ['platforms', 'a/b/c/d', 'must be OS/ARCHITECTURE[/VARIANT], such as linux/amd64 or linux/arm/v7'],
    ['add-hosts', 'db', 'must be host:ip, such as docker:10.180.0.1'],
    ...['Network Host', 'network.hots', 'network', 'network.host=x', 'foo', 'devices=x'].map(
      (value): [string, string, string] => [
        'allow',
        value,
        'must be an entitlement: network.host, security.insecure, device or device=NAME',
      ],
    ),
    ...[
      'foo',
      'linux-amd64',
      'linux/',
      '/amd64',
      'linux//v7',
      'linux/amd64(1)',
      'linux/*',
      '-x/y',
      'a b',
    ].map((value): [string, string, string] => [
      'platforms',
      value,
      'must be OS/ARCHITECTURE[/VARIANT], such as',
    ]),
    ...['mode=foo', 'mode=MAX', 'mode=min,mode=medium', 'mode='].map((value): [string, string, string] => [
      'provenance',
      value,
      value === 'mode=' ? 'must be true, false or attributes' : 'mode must be min or max',
    ]),
    ['provenance', 'reproducible=maybe', 'reproducible must be true or false'],
    ['provenance', 'version=1', 'version must be a version of SLSA, such as v0.2 or v1'],
    ['attests', 'type=provenance,mode=foo', 'mode must be min or max'],
    ['attests', 'type=sbom,generator=An Image', 'generator must be the name of an image'],
    ['sbom', 'generator=docker.io/Scanner:1:2', 'generator must be the name of an image'],
    ['cache-to', 'type=registry,mode=max', 'needs ref=IMAGE, the image that holds the cache'],
    ['cache-from', 'type=registry', 'needs ref=IMAGE, the image that holds the cache'],
    ['cache-from', 'type=registry,ref=', 'needs ref=IMAGE, the image that holds the cache'],
    ['cache-from', 'type=registry,ref=https://registry.example/app', 'ref must be the name of an image'],
    ['cache-from', 'registry.example/App', 'must be an image reference, or type=TYPE'],
    ['cache-to', 'type=local,src=cache', 'needs dest=FOLDER'],
    ['cache-to', 'type=registry,ref=x, mode=max', 'must have no blanks around the names of its fields'],
    ['cache-to', 'type=registry, ref=x', 'must have no blanks around the names of its fields'],
    ['cache-from', 'type=gha,scope =x', 'must have no blanks around the names of its fields'],
    ['cache-to', 'type=registry,ref=x,image-manifest=yes', 'image-manifest must be true or false'],
    ['cache-to', 'type=registry,ref=x,oci-mediatypes=', 'oci-mediatypes must be true or false'],
    ['cache-to', 'type=s3,bucket=x,ignore-error=on', 'ignore-error must be true or false'],
    ['cache-to', 'type=gha,mode=MAX', 'mode must be min or max'],
    [
      'cache-to',
      'type=local,dest=x,compression=zip',
      'compression must be gzip, zstd, estargz or uncompressed',
    ],
    ...['high', '', '1.5', '9'.repeat(21), `-${'9'.repeat(19)}`].map((level): [string, string, string] => [
      'cache-to',
      `type=local,dest=x,compression=zstd,compression-level=${level}`,
      'compression-level must be a whole number, such as 3',
    ]),
    [
      'cache-to',
      'type=local,dest=x,compression-level=22',
      'compression-level of gzip must be a whole number from 0 to 9',
    ],
    [
      'cache-to',
      'type=local,dest=x,compression=estargz,compression-level=-3',
      'compression-level of estargz must be a whole number from 0 to 9',
    ],
    ['cache-to', 'type=local,dest=x,force-compression=yes', 'force-compression must be true or false'],
    ['cache-to', 'type=gha,mode=', 'mode must be min or max'],
    ['cache-from', 'type=local,dest=cache', 'needs src=FOLDER'],
    ['attests', 'mode=max', 'must be type=…, such as type=sbom,generator=image'],
    ['provenance', 'maximal', 'must be true, false or attributes, such as mode=max'],
    ['sbom', 'yes', 'must be true, false or attributes, such as generator=image'],
    ['build-contexts', 'folder', 'must be name=value, and the value a path'],
    [
      'build-contexts',
      'lib=nowhere',
      'CWD/nowhere does not exist; must be a folder, relative to the workspace',
    ],
    ['build-contexts', 'lib={{nothing}}', '{{nothing}} is not known; {{defaultContext}} is'],
    ['context', '{{context}}', '{{context}} is not known; {{defaultContext}} is'],
    ['builder', '--push', 'must be the name of a builder'],
    ['cache', 'registry', 'must be ecr, gha or none'],
    [
      'cache',
      'ecr',
      'stands for cache-from and cache-to; leave out cache-to, or the preset',
      { 'cache-to': 'x' },
    ],
    ['cache-to', 'mode=max,ref=x', 'must be an image reference, or type=TYPE,…, such as type=gha,mode=max'],
    ['call', 'lint everything', 'must be check, outline, targets or build'],
    ['cgroup-parent', 'a b', 'must be the name of a control group'],
    ['load', 'yes', 'must be true or false'],
    ['network', '--privileged', 'must be default, host or none'],
    ['no-cache', '1', 'must be true or false'],
    ['no-cache-filters', 'a b', 'must be names of stages of the Dockerfile'],
    ['outputs', 'type=zip,dest=x', 'must be a folder, or type=TYPE,… with one of the types local, tar'],
    ['outputs', 'type=tar,dest=-', 'would write the result into the log; give dest=PATH'],
    ['outputs', '-', 'would write the result into the log; give dest=PATH'],
    ['outputs', 'type=local', 'needs dest=PATH'],
    ['outputs', 'type=registry', 'pushes, but push is false', { push: 'false' }],
    ['outputs', 'type=image,push=true', 'pushes, but push is false', { push: 'false' }],
    ['outputs', 'type=image,push=1', 'pushes, but push is false', { push: 'false' }],
    ['outputs', 'type=image,push=', 'pushes, but push is false', { push: 'false' }],
    ['outputs', 'type=registry,push=T', 'pushes, but push is false', { push: 'false' }],
    ['outputs', 'type=image,push=yes', 'push must be true or false'],
    ['outputs', 'type=registry,rewrite-timestamp=on', 'rewrite-timestamp must be true or false'],
    ['attests', 'type=sbom,disabled=no', 'disabled must be true or false'],
    ['provenance', 'mode=max,disabled=off', 'disabled must be true or false'],
    ['sbom', 'disabled=yes', 'disabled must be true or false'],
    ['pull', 'always', 'must be true or false'],
    ['shm-size', 'big', 'must be a size, such as 2g or 512m'],
    ['ssh', '=x', "must be 'default', or ID=SOCKET or ID=KEYFILE"],
    ['ulimit', 'files=1', 'must be type=soft[:hard], such as nofile=1024:1024, the type one of core, cpu,'],
    ['ulimit', 'nofile=2048:1024', 'the soft limit (2048) must not be above the hard one (1024)'],
    ['ulimit', 'nofile=-1:1024', 'the soft limit (-1) must not be above the hard one (1024)'],
    ['call', 'check,error=true', 'must be check, outline, targets or build'],
    ['add-hosts', 'db:10.0.0.999', 'must be host:ip, such as docker:10.180.0.1'],
    ['add-hosts', 'db:elsewhere', 'must be host:ip, such as docker:10.180.0.1'],
    ['build-contexts', 'Base=docker-image://alpine', "the name 'Base' must be that of an image or a stage"],
    ['build-contexts', 'a b=docker-image://alpine', "the name 'a b' must be that of an image or a stage"],
    ['ulimit', 'nofile', 'must be type=soft[:hard], such as nofile=1024:1024'],
    ['secret-envs', 'token', 'must be ID=NAME, and NAME a variable of the environment of the step'],
    ['secret-envs', 'token=NOT_THERE', 'the variable NOT_THERE is not set in the environment of the step'],
    // What process.env inherits is no variable.
    [
      'secret-envs',
      'token=constructor',
      'the variable constructor is not set in the environment of the step',
    ],
    ['secret-files', 'token', 'must be ID=path'],
    [
      'secret-files',
      'token=nowhere',
      'CWD/nowhere does not exist; must be a file, relative to the workspace',
    ],
    ['build-contexts', 'lib=Dockerfile', 'CWD/Dockerfile is not a folder; must be a folder'],
    ['file', 'folder', "is a folder; must be the Dockerfile's path, relative to CWD"],
    ['secret-files', 'token=/dev/null', '/dev/null is not a regular file; must be a file'],
    ['secret-files', 'token=folder', 'CWD/folder is a folder; must be a file, relative to the workspace'],
  ]

  const rows = wrong.map(([input, value, message, more = {}]) => [input, value, message, more] as const)

  test.each(rows)('%s: %j', (input, value, message, more) => {
    expect(problems({ [input]: value, ...more })).toContain(`Input '${input}': '${value}': ${message}`)
  })

  test.each(['context', 'build-contexts'])('%s with an unknown template is one problem', (input) => {
    for (const value of ['lib={{x}}', 'lib={{x}}/sub', 'lib=./{{ y }}']) {
      const given = input === 'context' ? value.slice(4) : value
      expect(problems({ [input]: given }).split('\n')).toEqual([
        expect.stringContaining('is not known; {{defaultContext}} is'),
      ])
    }
  })

  test('all at once', () => {
    const given = { platforms: 'x y', secrets: 'no', ssh: '=', ulimit: 'x', cache: 'y', load: 'maybe' }
    const lines = problems(given).split('\n')
    expect(lines.map((line) => /'([a-z-]+)'/.exec(line)?.[1]).sort()).toEqual(Object.keys(given).sort())
  })
})

describe('a wrong secret', () => {
  const of = (secrets: string, more: Record<string, string> = {}) => problems({ secrets, ...more })

  test('is an error that names its place and nothing of it', () => {
    expect(of('FIRST=x\nhunter2')).toBe(`Input 'secrets': item 2 of 2 ${SECRET_RULE}`)
    expect(of('hunter2 and=more')).toBe(`Input 'secrets': item 1 of 1 ${SECRET_RULE}`)
    expect(of('=hunter2')).not.toContain('hunter2')
  })

  test('a value of several lines without quotes', () => {
    const message = of('KEY=-----BEGIN KEY-----\naHVudGVy\nMg==\n-----END KEY-----')
    expect(message.split('\n')).toHaveLength(3)
    expect(message).not.toMatch(/aHVudGVy|Mg|BEGIN/)
  })

  test('the end of a base64 value', () => {
    expect(of('KEY=aHVudGVy\nMg==')).toContain('item 2 of 2 looks like the end of a base64 value')
    expect(of('KEY=aHVudGVy\nMgA=')).toContain('item 2 of 2 has an empty value')
    expect(of('KEY=aHVudGVy\nMg==')).not.toContain('Mg')
  })

  test('no value, as a GitHub secret that is not set has', () => {
    expect(of('TOKEN=')).toBe(
      "Input 'secrets': item 1 of 1 has an empty value; is the GitHub secret set, and given to this event? Pull requests from forks get none",
    )
  })

  test('a quote that is not closed', () => {
    const masked: string[] = []
    const message = problems({ secrets: 'A=x\n"B=hunter2' }, { mask: (secret) => masked.push(secret) })
    expect(message).toBe(`Input 'secrets': ${BROKEN_SECRETS}`)
    expect(masked).toEqual(expect.arrayContaining(['"B=hunter2', 'hunter2', 'x']))
  })

  test('quotes in a quoted item that are not doubled: nothing more is asked to be quoted', () => {
    const masked: string[] = []
    const secrets = '"A={"user": "hunter2"}"\nB=y'
    const message = problems({ secrets }, { mask: (secret) => masked.push(secret) })
    expect(message).toBe(`Input 'secrets': ${BROKEN_SECRETS}`)
    expect(masked).toEqual(expect.arrayContaining(['{"user": "hunter2"}', 'B=y', 'y']))
    expect(of('"two lines\nwithout an id"')).toBe(
      "Input 'secrets': item 1 of 1 is not ID=value (an id is letters, digits and _ . : / @ + ~ % -)",
    )
  })

  test('a value without its id does not get to the command line', () => {
    expect(of('{"token":"a=b"}')).toBe(`Input 'secrets': item 1 of 1 ${SECRET_RULE}`)
  })

  test('the same id twice, wherever', () => {
    expect(problems({ secrets: 'A=x\nA=y' })).toBe("Input 'secrets': the id A is given more than once")
    expect(problems({ secrets: 'A=x', 'secret-files': 'A=Dockerfile' })).toBe(
      "Input 'secret-files': the id A is given more than once, also in secrets",
    )
    expect(problems({ 'secret-envs': 'A=X,A=X' }, { env: { X: 'x' } })).toBe(
      "Input 'secret-envs': the id A is given more than once",
    )
  })
})

test.each(['n', 'id', '"a'])(
  'a mistake of one or two characters (%j) masks no letter of the log',
  (secrets) => {
    const masked: string[] = []
    problems({ secrets }, { mask: (secret) => masked.push(secret) })
    expect(masked).toEqual([])
  },
)

test('every secret value is masked as soon as it is read, also of a wrong list', () => {
  const masked: string[] = []
  const given = {
    secrets: 'A=one\n"B=two\nlines"\nbroken',
    'secret-envs': 'C=HERE',
    'github-token': 'ghs_x',
    'cache-to': 'type=gha,ghtoken=ghp_y',
    'cache-from': 'type=s3,secret_access_key=zzz',
  }
  problems(given, { env: { HERE: 'three' }, mask: (secret) => masked.push(secret) })
  const values = ['one', 'two\nlines', 'three', 'ghs_x', 'ghp_y', 'zzz', 'broken']
  // A log is masked line by line.
  expect(new Set(masked)).toEqual(new Set([...values, 'two', 'lines']))
})

describe('a secret arrives as it was given, and is masked as it was given', () => {
  const valuesOf = (secrets: string) => {
    const masked: string[] = []
    const { build } = read({ secrets }, desk, { mask: (secret) => masked.push(secret) })
    return { values: build.secrets.map((secret) => ('value' in secret ? secret.value : '')), masked }
  }

  test.each([
    ['JSON without quotes around it', 'A={"k":"v","l":["x","y"]}', ['{"k":"v","l":["x","y"]}']],
    ['lines that end differently', 'A=1\r\nB=2\nC=3\r\n', ['1', '2', '3']],
    ['a key of several lines', '"A=-----BEGIN-----\r\n  MIIE==\r\n-----END-----\r\n"', null],
    ['blanks behind it', 'A= x \nB=y', [' x ', 'y']],
    ['doubled quotes', '"A=""x"", y"', ['"x", y']],
  ])('%s', (_, secrets, expected) => {
    const { values, masked } = valuesOf(secrets)
    expect(values).toEqual(expected ?? ['-----BEGIN-----\r\n  MIIE==\r\n-----END-----\r\n'])
    const lines = values.flatMap((value) => value.split(/[\r\n]+/).map((line) => line.trim()))
    expect(new Set(masked)).toEqual(new Set([...values, ...lines.filter((line) => line !== '')]))
  })

  test('what docker takes as an id is taken', () => {
    const given = {
      'secret-files': '.npmrc=.npmrc\n-x(y)=.npmrc',
      secrets: '.netrc=x',
      'secret-envs': '/a=my-var',
    }
    const { build } = read(given, desk, { env: { 'my-var': 'z' } })
    expect(build.secrets.map(({ id }) => id)).toEqual(['/a', '.netrc', '.npmrc', '-x(y)'])
  })
})

describe('what docker reads as CSV is checked before the build', () => {
  const QUOTE = 'a quote stands inside of a field'
  const OPEN = 'a quote is not closed, or not alone'
  test.each([
    ['cache-from', 'type=registry,ref=a"b', QUOTE],
    ['cache-from', 'type=registry,"ref=a', OPEN],
    ['cache-to', 'type=registry,"ref=a"b', OPEN],
    ['outputs', 'type=local,dest="a,b"', QUOTE],
    ['attests', 'type=sbom, "generator=a"', QUOTE],
    ['provenance', 'mode=max,builder-id="a"', QUOTE],
    ['sbom', '"generator=a', OPEN],
  ])('%s: %s', (input, item, reason) => {
    expect(problems({ [input]: item })).toContain(
      `Input '${input}': '${item}': is not comma-separated as docker reads it: ${reason}; quote the whole field ("key=a,b"), and double each quote in it`,
    )
  })

  test.each([
    ['cache-from', 'type=gha,mode'],
    ['cache-to', 'type=gha,mode=max,'],
    ['outputs', 'type=local,dest=a,b'],
    ['attests', 'type=sbom,image'],
  ])('%s: %s', (input, item) => {
    expect(problems({ [input]: item })).toContain(`Input '${input}': '${item}': must be key=value,…, and '`)
  })

  test('several image references are caches, as docker has it', () => {
    const { build } = read({ 'cache-from': 'a/b:c,d/e:f' }, desk)
    expect(build.cacheFrom).toEqual(['a/b:c,d/e:f'])
  })

  test('a secret in what is not CSV is masked before it is shown', () => {
    const masked: string[] = []
    const item = 'type=s3,secret_access_key=hunter2,"bucket=x'
    expect(problems({ 'cache-to': item }, { mask: (secret) => masked.push(secret) })).toContain(item)
    expect(masked).toEqual(['hunter2'])
  })
})

test.each([
  'type=image,name=registry/a,push-by-digest=true,name-canonical=true,push=true',
  'type=image,"name=registry/a,registry/b",push-by-digest=true',
  'type=image,name=registry/a,push-by-digest=1',
  'type=image,name=registry/a,push-by-digest=',
])('outputs: %s is an input here', (outputs) => {
  const message =
    'pushes by digest, which is an input here: leave this output out, and give push-by-digest: true'
  for (const push of ['true', 'false']) {
    expect(problems({ outputs, push })).toBe(`Input 'outputs': '${outputs}': ${message}`)
  }
})

describe('an archive of docker load holds one image', () => {
  const outputs = 'type=docker,dest=image.tar'
  const message = (why: string) =>
    `Input 'outputs': '${outputs}': docker's archive holds one image, and this is an index because of ${why}; type=oci takes an index`

  test.each([
    [{ platforms: 'linux/amd64,linux/arm64' }, 'several platforms'],
    [{ provenance: 'true' }, 'an attestation (provenance, sbom or attests)'],
    [{ attests: 'type=sbom' }, 'an attestation (provenance, sbom or attests)'],
  ])('%j', (more, why) => {
    expect(problems({ outputs, ...more })).toBe(message(why))
  })

  test.each([
    { platforms: 'linux/amd64' },
    { provenance: 'false' },
    { attests: 'type=sbom,disabled=1' },
    { provenance: 'disabled=T' },
    { platforms: 'linux/amd64,linux/arm64', outputs: 'type=oci,dest=image.tar' },
  ])('%j is one, or goes into another archive', (more) => {
    expect(problems({ outputs, ...more })).toBe('')
  })
})

describe('a quoted item with quotes that are not doubled', () => {
  const item = '"com.example.conf={"a": 1, "b": "c"}"'
  const message =
    'begins with a quote, so that all of it has to be quoted: end it with a quote and double each quote inside ("a ""b"" c"), or leave out the quotes around it'

  test.each(['labels', 'annotations', 'build-args', 'build-contexts', 'ulimit', 'ssh', 'platforms'])(
    'is an error in %s',
    (input) => {
      expect(problems({ [input]: item })).toBe(`Input '${input}': '${item}': ${message}`)
    },
  )

  test('either remedy gives what was meant', () => {
    const value = 'com.example.conf={"a": 1, "b": "c"}'
    for (const labels of [value, `"${value.replaceAll('"', '""')}"`])
      expect(read({ labels }, desk).metadata.labels).toEqual([value])
  })
})

test.each(['spring.profiles.active=prod', 'my-arg=1', 'A/B=x', '(=y', 'KEY', 'with.dot'])(
  'docker takes the build argument %s',
  (item) => {
    expect(read({ 'build-args': item }, desk).build.buildArgs).toEqual([item])
  },
)

describe('the Dockerfile', () => {
  test.each([
    ['the context’s', { context: 'lower' }],
    ['the named one', { file: 'lower/Dockerfile' }],
  ])('%s may be called dockerfile', (_, given) => {
    expect(read(given, desk).build.file).toBe(path.join(desk.cwd, 'lower', 'dockerfile'))
  })

  test('another name is taken as it is', () => {
    expect(problems({ file: 'lower/DOCKERFILE' })).toContain(
      "Input 'file': 'lower/DOCKERFILE': does not exist",
    )
  })

  test('a forgotten checkout is named, and no input that nobody gave', () => {
    const cwd = path.join(desk.cwd, 'empty')
    const message = (given: Record<string, string>) => {
      try {
        read(given, { cwd, folder: cwd })
      } catch (error) {
        return (error as Error).message
      }
      return ''
    }
    const hint = '(is there an actions/checkout step before this one?)'
    expect(message({ context: '.' })).toBe(
      `Input 'context': '.': has no Dockerfile (${cwd}/Dockerfile); name the Dockerfile's path in 'file', or another folder, both relative to ${cwd} ${hint}`,
    )
    expect(message({ file: 'Dockerfile' })).toBe(
      `Input 'file': 'Dockerfile': does not exist (${cwd}/Dockerfile); must be the Dockerfile's path, relative to ${cwd} ${hint}`,
    )
  })
})

describe('the context', () => {
  const contextOf = (context: string, env: Record<string, string> = {}) => {
    const { build } = read({ context }, desk, { env })
    return [build.context, build.file]
  }

  test.each([
    'https://github.com/acme/shop.git#v1:docs',
    'git@github.com:acme/shop.git',
    'ssh://git@git.example/shop.git',
    'git://git.example/shop.git',
    'github.com/acme/shop',
    'https://example.com/context.tar.gz',
  ])('docker fetches %s itself, and finds the Dockerfile in it', (context) => {
    expect(contextOf(context)).toEqual([context, null])
  })

  test('the Dockerfile of a remote context is relative to its root', () => {
    const given = { context: 'https://github.com/acme/shop.git', file: 'images/web.Dockerfile' }
    expect(read(given, desk).build.file).toBe('images/web.Dockerfile')
  })

  test('a Dockerfile from elsewhere for a folder', () => {
    const file = 'https://example.com/Dockerfile'
    expect(read({ file }, desk).build.file).toBe(file)
  })

  test('{{defaultContext}} is the commit of the run', () => {
    expect(contextOf('{{defaultContext}}', { GITHUB_SHA: 'f'.repeat(40) })[0]).toBe(
      `https://github.com/acme/shop.git#${'f'.repeat(40)}`,
    )
  })

  test('of a pull request: the merge, or its head where that is wanted', () => {
    const event = path.join(desk.cwd, 'event.json')
    const head = 'e'.repeat(40)
    writeFileSync(event, JSON.stringify({ pull_request: { head: { sha: head } } }))
    const env = { GITHUB_REF: 'refs/pull/7/merge', GITHUB_SHA: 'd'.repeat(40), GITHUB_EVENT_PATH: event }
    expect(contextOf('{{defaultContext}}', env)[0]).toContain(`#${'d'.repeat(40)}`)
    const wanted = { ...env, DOCKER_DEFAULT_GIT_CONTEXT_PR_HEAD_REF: 'true' }
    expect(contextOf('{{defaultContext}}', wanted)[0]).toContain(`#${head}`)
  })

  test('outside of GitHub there is none', () => {
    expect(problems({ context: '{{defaultContext}}' }, { env: { GITHUB_REPOSITORY: '' } })).toContain(
      "Input 'context': '{{defaultContext}}': needs GITHUB_REPOSITORY and GITHUB_SHA, which GitHub sets",
    )
  })
})

describe('the platforms', () => {
  const platformsOf = (platforms: string, env: Record<string, string> = {}) => {
    const { build } = read({ platforms }, desk, { env })
    return [...build.platforms, ...(build.platformsFrom === undefined ? [] : [`by ${build.platformsFrom}`])]
  }

  test('are each named once, whatever they are called', () => {
    expect(platformsOf('arm64,linux/amd64,linux/arm64/v8,linux/x86_64,linux/arm64')).toEqual([
      'arm64',
      'linux/amd64',
    ])
    expect(platformsOf('linux/arm,linux/arm/v6,darwin')).toEqual(['linux/arm', 'linux/arm/v6', 'darwin'])
  })

  test("are those of docker's own variable, if the input names none", () => {
    const env = { DOCKER_DEFAULT_PLATFORM: 'linux/arm64, linux/amd64' }
    expect(platformsOf('', env)).toEqual(['linux/arm64', 'linux/amd64', 'by DOCKER_DEFAULT_PLATFORM'])
    expect(platformsOf('linux/386', env)).toEqual(['linux/386'])
    expect(platformsOf('', { DOCKER_DEFAULT_PLATFORM: '' })).toEqual([])
    expect(problems({}, { env: { DOCKER_DEFAULT_PLATFORM: 'arm46' } })).toMatch(
      /^Input 'DOCKER_DEFAULT_PLATFORM': 'arm46': must be OS\/ARCHITECTURE/,
    )
    expect(problems({}, { env })).toBe('')
  })
})

describe('what docker may know is left to docker', () => {
  test.each([
    ['platforms', 'linux/amd64,linux/arm64,linux/arm/v7,darwin/arm64,linux/unheard-of'],
    [
      'platforms',
      'arm64,AMD64,linux,macos,x86_64,local,windows(10.0.17763)/amd64,windows(10.0+win32k)/amd64',
    ],
    ['allow', 'network.host,security.insecure,device,device=example.com/gpu=0,fs.read=/tmp'],
    ['provenance', 'mode=min,version=v1,builder-id=x,reproducible=1,inline-only=true,capture-usage=yes'],
    ['provenance', 'version=v1.2'],
    ['provenance', 'disabled=true,mode=foo'],
    ['sbom', 'generator=registry.example:5000/team/scanner:v1,scan-more=yes'],
    ['attests', 'type=unheard-of,mode=foo'],
    ['cache-from', 'type=registry,ref=[::1]:5000/a/b_c@sha256:ABC'.replace('ABC', 'a'.repeat(64))],
    ['cache-from', 'type=gha,scope=x\ntype=s3\ntype=unheard-of\napp:v1'],
    ['cache-to', 'type=local,dest=cache\ntype=inline\ntype=unheard-of,x=y'],
    ['cache-to', 'type=local,dest= my cache '],
    ['network', 'container:abc'],
    ['network', 'my_network'],
  ])('%s: %s', (input, value) => expect(problems({ [input]: value })).toBe(''))
})

test('what is asked of the Dockerfile is not pushed', () => {
  expect(read({ call: 'check' }, desk).push).toBe(false)
  expect(read({ call: 'build' }, desk).push).toBe(true)
  expect(read({ call: 'build,format=json' }, desk).push).toBe(true)
})

test('what docker takes is taken: a registry output that does not push, limits, hosts, names of contexts', () => {
  const given = {
    push: 'false',
    outputs: 'type=registry,push=0,name=elsewhere/app',
    ulimit: 'nofile=1024:-1\nmemlock=-1:-1\ncore=0\nnproc=-1',
    'add-hosts': 'a:host-gateway,b=::1,c:[2001:db8::1],d=10.0.0.1',
    'build-contexts':
      'alpine:3.20=docker-image://alpine\nghcr.io/a/b@sha256:c=docker-image://x\nmy_stage.1=target:x',
  }
  expect(problems(given)).toBe('')
})
