import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { escapesOf } from '../../../../src/docker/bake/escapes.ts'
import { parsePlan } from '../../../../src/docker/bake/plan.ts'
import { FUZZ_TIMEOUT, hold } from '../../../support/fuzz.ts'

// ROOT/work is the workspace, ROOT/other is beside it, ROOT/own is the step's.
let root: string
let workspace: string
beforeAll(() => {
  root = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'escapes-')))
  workspace = path.join(root, 'work')
  for (const folder of ['work/app/in', 'other/deep', 'own'])
    mkdirSync(path.join(root, folder), { recursive: true })
  for (const file of ['work/app/s', 'other/s']) writeFileSync(path.join(root, file), 'x')
  symlinkSync('../other', path.join(workspace, 'out'))
  symlinkSync('../other/nothing', path.join(workspace, 'broken'))
  symlinkSync('app', path.join(workspace, 'inner'))
  symlinkSync('../other/deep', path.join(workspace, 'deep'))
  symlinkSync('circle', path.join(workspace, 'circle'))
})
afterAll(() => rmSync(root, { recursive: true }))

type Target = Record<string, unknown>
function escapes(target: Target, allow: readonly string[] = [], remote = false): string[][] {
  const plan = parsePlan(JSON.stringify({ target: { app: target } }))
  const given = allow.map((item) => item.replace('ROOT', root))
  const found = escapesOf(plan, { workspace, allow: given, folders: [path.join(root, 'own')], remote })
  return found.map((one) => [one.what, one.allow].map((text) => text.replaceAll(root, 'ROOT')))
}
const outside = (field: string, allow: string, where = ` (${allow.replace(/^.*?=/, '')})`) => [
  `its ${field.replace(/ (.*)/, " '$1'")}${where} is outside of the workspace.`,
  allow,
]
const needs = (field: string, allow: string) => [
  `its ${field.replace(/ (.*)/, " '$1'")} needs the entitlement ${allow}.`,
  allow,
]

describe('what stays inside', () => {
  test.each<[Target]>([
    [{}],
    [{ context: 'app', dockerfile: '../app/in/Dockerfile' }],
    [
      {
        context: 'inner',
        contexts: { a: 'app', b: 'target:x', c: 'docker-image://a', d: 'https://github.com/a/b.git' },
      },
    ],
    [{ context: 'cwd://app', dockerfile: 'cwd://app/Dockerfile' }],
    [{ context: 'https://github.com/a/b.git', dockerfile: '../../Dockerfile' }],
    [{ 'dockerfile-inline': 'FROM scratch', dockerfile: '/etc/passwd' }],
    [{ secret: ['id=a,src=app/s', { id: 'b', env: 'HOME' }, 'type=env,id=c,src=/etc/passwd', { id: 'd' }] }],
    [{ secret: ['id=TOKEN', 'id=app/s', 'type=env,id=b,src=TOKEN', 'id=c,src=,env=TOKEN', 'id=d,env='] }],
    [{ secret: ['id=a,src=ROOT/own/s'.replace('ROOT', '../own/../own')] }],
    [
      {
        'cache-from': ['type=local,src=cache', 'type=gha'],
        'cache-to': [{ type: 'local', dest: 'not/there' }],
      },
    ],
    [{ 'cache-to': ['type=registry,ref=/etc'], 'cache-from': ['user/x'] }],
    [
      {
        output: [
          'type=image,push=true',
          'type=cacheonly',
          'out-folder',
          'type=tar,dest=a.tar',
          '-',
          'type=oci,dest=-',
        ],
      },
    ],
    [{ contexts: { a: 'oci-layout://app:tag', b: `oci-layout://app@sha256:${'a'.repeat(64)}` } }],
    [{ network: 'none', entitlements: [] }],
    [{ ssh: ['key=app/s'] }],
  ])('%j', (target) => {
    expect(escapes(target)).toEqual([])
  })

  test('of a definition from elsewhere, what is not on this machine', () => {
    expect(escapes({ context: '..', contexts: { a: '/etc' } }, [], true)).toEqual([])
    expect(escapes({ context: 'cwd://../other' }, [], true)).not.toEqual([])
  })
})

describe('what does not, with what would allow it', () => {
  test.each<[Target, string[][]]>([
    [
      { context: '..' },
      [outside('context ..', 'fs.read=ROOT'), outside('dockerfile Dockerfile', 'fs.read=ROOT')],
    ],
    [{ 'dockerfile-inline': 'x', context: 'out' }, [outside('context out', 'fs.read=ROOT/other')]],
    [{ 'dockerfile-inline': 'x', context: 'broken' }, [outside('context broken', 'fs.read=ROOT/other')]],
    [{ dockerfile: 'out/s' }, [outside('dockerfile out/s', 'fs.read=ROOT/other/s')]],
    [{ contexts: { lib: '/etc' } }, [outside('contexts.lib /etc', 'fs.read=/etc', '')]],
    [{ contexts: { lib: 'cwd://../other' } }, [outside('contexts.lib cwd://../other', 'fs.read=ROOT/other')]],
    [
      { contexts: { lib: 'oci-layout:///etc:tag' } },
      [outside('contexts.lib oci-layout:///etc:tag', 'fs.read=/etc')],
    ],
    [{ secret: ['id=a,src=out/s'] }, [outside('secret out/s', 'fs.read=ROOT/other/s')]],
    // With neither file nor variable, BuildKit takes the id for both.
    [{ secret: ['id=out/s'] }, [outside('secret out/s', 'fs.read=ROOT/other/s')]],
    [{ secret: [{ id: '/etc/passwd' }] }, [outside('secret /etc/passwd', 'fs.read=/etc/passwd', '')]],
    [
      { secret: ['type=file,id=../other/s,src=,env='] },
      [outside('secret ../other/s', 'fs.read=ROOT/other/s')],
    ],
    // buildx stats the file, though BuildKit takes the variable.
    [{ secret: ['id=a,src=out/s,env=HOME'] }, [outside('secret out/s', 'fs.read=ROOT/other/s')]],
    // Without both slashes these are folders, as `target:` is in what is no named context.
    [
      { contexts: { x: 'docker-image:/../../other' } },
      [outside('contexts.x docker-image:/../../other', 'fs.read=ROOT/other')],
    ],
    [
      { contexts: { x: 'oci-layout:/../../other' } },
      [outside('contexts.x oci-layout:/../../other', 'fs.read=ROOT/other')],
    ],
    [
      { context: 'target:/../../other', 'dockerfile-inline': 'FROM scratch' },
      [outside('context target:/../../other', 'fs.read=ROOT/other')],
    ],
    [
      { dockerfile: 'github.com/../../other/s' },
      [outside('dockerfile github.com/../../other/s', 'fs.read=ROOT/other/s')],
    ],
    [
      { secret: [{ id: 'a', src: '/etc/passwd' }] },
      [outside('secret /etc/passwd', 'fs.read=/etc/passwd', '')],
    ],
    // buildx reads the text, and opens another file.
    [{ secret: ['id=a,src=deep/../s'] }, [outside('secret deep/../s', 'fs.read=ROOT/other/s')]],
    [{ ssh: ['default'] }, [needs('ssh default', 'ssh')]],
    [{ ssh: ['default='] }, [needs('ssh default', 'ssh')]],
    [{ ssh: [{ id: 'key', paths: [''] }] }, [needs('ssh key', 'ssh')]],
    [{ ssh: ['key=app/s,'] }, [needs('ssh key', 'ssh')]],
    [{ ssh: ['key=/etc/passwd,app/s'] }, [outside('ssh /etc/passwd', 'fs.read=/etc/passwd', '')]],
    [{ 'cache-from': ['type=local,src=../other'] }, [outside('cache-from ../other', 'fs.read=ROOT/other')]],
    [{ 'cache-to': [{ type: 'local', dest: '../new' }] }, [outside('cache-to ../new', 'fs.write=ROOT')]],
    [{ output: ['type=local,dest=../other/x'] }, [outside('output ../other/x', 'fs.write=ROOT/other')]],
    [{ output: ['../other'] }, [outside('output ../other', 'fs.write=ROOT/other')]],
    [{ output: ['type=local,dest=x,mode=delete'] }, [needs('output mode=delete', 'buildx.local.delete')]],
    [{ network: 'host' }, [needs('network host', 'network.host')]],
    [
      { entitlements: ['network.host', 'security.insecure', 'device=a/b=c,required', 'device'] },
      [
        needs('entitlements network.host', 'network.host'),
        needs('entitlements security.insecure', 'security.insecure'),
        needs('entitlements device=a/b=c,required', 'device=a/b=c'),
        needs('entitlements device', 'device'),
      ],
    ],
  ])('%j', (target, lines) => {
    expect(escapes(target)).toEqual(lines)
  })

  test.each<[Target, string]>([
    [{ context: 'out', 'dockerfile-inline': 'x' }, 'fs.read=ROOT/other'],
    [{ context: 'out', 'dockerfile-inline': 'x' }, 'fs=../other'],
    [{ context: 'out', 'dockerfile-inline': 'x' }, 'fs.read=out'],
    [{ context: '/etc', 'dockerfile-inline': 'x' }, 'fs.read=/'],
    [{ context: '/etc', 'dockerfile-inline': 'x' }, 'fs.read=*'],
    [{ 'cache-to': ['type=local,dest=../other/new'] }, 'fs.write=../other'],
    [{ entitlements: ['device=a'] }, 'device'],
  ])('%j is allowed by %j', (target, allow) => {
    expect(escapes(target)).not.toEqual([])
    expect(escapes(target, [allow])).toEqual([])
  })

  test.each<[Target, string]>([
    [{ context: 'out', 'dockerfile-inline': 'x' }, 'fs.write=ROOT/other'],
    [{ context: 'out', 'dockerfile-inline': 'x' }, 'fs.read=ROOT/oth'],
    // The folders on the way to it would be made as well.
    [{ 'cache-to': ['type=local,dest=../other/new/one'] }, 'fs.write=../other/new/one'],
    [{ entitlements: ['device'] }, 'device=a'],
    [{ ssh: ['default'] }, 'fs=*'],
  ])('%j is not allowed by %j', (target, allow) => {
    expect(escapes(target, [allow])).not.toEqual([])
  })
})

test(
  'whatever a definition reaches, what the lines name allows it, and nothing less does',
  async () => {
    const file = fc
      .array(fc.constantFrom('..', 'app', 'out', 'deep', 'inner', 'broken', 'circle', 's', '.', 'x'), {
        maxLength: 5,
      })
      .map((parts) => parts.join('/') || '.')
    const target = fc.record(
      {
        context: file,
        dockerfile: file,
        contexts: fc.dictionary(fc.constantFrom('a', 'b'), file),
        secret: fc.array(
          fc.oneof(
            file.map((one) => `id=a,src=${one}`),
            file.map((one) => `id=${one}`),
          ),
          { maxLength: 2 },
        ),
        ssh: fc.array(
          fc.oneof(
            fc.constant('default'),
            file.map((one) => `key=${one}`),
          ),
          { maxLength: 2 },
        ),
        'cache-to': fc.array(
          file.map((one) => `type=local,dest=${one}`),
          { maxLength: 2 },
        ),
        output: fc.array(
          file.map((one) => `type=tar,dest=${one}`),
          { maxLength: 1 },
        ),
        network: fc.constantFrom('host', 'none'),
      },
      { requiredKeys: [] },
    )
    await hold(target, 800, (one) => {
      const lines = escapes(one)
      const named = [...new Set(lines.map(([, allow = '']) => allow))]
      expect(escapes(one, named)).toEqual([])
      for (const left of named.filter((item) => !item.includes('='))) {
        expect(
          escapes(
            one,
            named.filter((item) => item !== left),
          ),
        ).not.toEqual([])
      }
    })
  },
  FUZZ_TIMEOUT,
)
