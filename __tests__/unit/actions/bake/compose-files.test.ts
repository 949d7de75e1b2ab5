import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { checkComposeFiles } from '../../../../src/actions/bake/compose-files.ts'
import { loadYaml } from '../../../../src/inputs/yaml.ts'
import { messageOf, remedyOf } from '../../../../src/shared/errors.ts'

// ROOT/work is the workspace; ROOT/keys is beside it.
let root: string
let workspace: string
beforeEach(() => {
  root = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'compose-files-')))
  workspace = path.join(root, 'work')
  mkdirSync(path.join(workspace, 'deploy'), { recursive: true })
  writeFileSync(path.join(root, 'keys'), 'aws_secret_access_key: x\n')
})
afterEach(() => rmSync(root, { recursive: true }))

const write = (name: string, value: unknown) =>
  writeFileSync(
    path.join(workspace, name),
    (typeof value === 'string' ? value : JSON.stringify(value)).replaceAll('ROOT', root),
  )

async function refused(
  given: { files?: string[]; allow?: string[]; remote?: boolean } = {},
): Promise<string> {
  const source = {
    remote: given.remote
      ? { repository: 'https://github.com/acme/shop.git', ref: 'v1', folder: '', token: null }
      : null,
    files: given.files ?? [],
    targets: [],
    set: [],
    vars: new Map<string, string>(),
    allow: (given.allow ?? []).map((item) => item.replace('ROOT', root)),
    builder: null,
  }
  return checkComposeFiles(source, workspace, loadYaml).then(
    () => '',
    (error: unknown) => `${messageOf(error)} | ${remedyOf(error)}`.replaceAll(root, 'ROOT'),
  )
}

describe('what a Compose file reads outside of the workspace is refused, however it names it', () => {
  const service = (extending: object) => ({ services: { app: { build: '.', extends: extending } } })
  test.each<[string, unknown, string]>([
    ['a text', { include: ['ROOT/keys'] }, 'ROOT/keys'],
    ['a path that starts from the workspace', { include: '../keys' }, '../keys'],
    ['a list of paths', { include: [{ path: ['deploy', '../keys'] }] }, '../keys'],
    ['variables', { include: [{ path: 'inc.yaml', env_file: 'ROOT/keys' }] }, 'ROOT/keys'],
    [
      'several files of variables',
      { include: [{ path: 'inc.yaml', env_file: ['a', '../keys'] }] },
      '../keys',
    ],
    ['what a service extends', service({ file: 'ROOT/keys', service: 'x' }), 'ROOT/keys'],
    ['an alias', 'x: &a {file: ../keys}\nservices: {app: {extends: *a}}', '../keys'],
    ['a merged alias', 'x: &a {file: ../keys}\nservices: {app: {extends: {<<: *a, service: x}}}', '../keys'],
    ['a link', { include: ['link.yaml'] }, 'link.yaml'],
    ['a file that an included one includes', { include: ['inc.yaml'] }, '../keys'],
  ])('%s', async (_, value, named) => {
    write('compose.yaml', value)
    write('inc.yaml', { include: ['../keys'] })
    symlinkSync('../keys', path.join(workspace, 'link.yaml'))
    const told = await refused()
    expect(told).toMatch(/^'(?:compose|inc)\.yaml' reads '/)
    expect(told).toContain(`reads '${named}'`)
    expect(told).toContain(
      "which is outside of the workspace. | see whether the definition is to read that; then name fs.read=ROOT/keys in the input 'allow'.",
    )
    expect(await refused({ allow: ['fs.read=ROOT/keys'] })).toBe('')
    expect(await refused({ files: ['compose.yaml'] })).toBe(told)
  })

  test('a path that starts from the folder of who includes it', async () => {
    mkdirSync(path.join(workspace, 'a/b'), { recursive: true })
    write('compose.yaml', { include: [{ path: 'deploy/inc.yaml', project_directory: 'a/b' }] })
    write('deploy/inc.yaml', { include: [{ path: '../../deploy/in2.yaml', env_file: '../../../keys' }] })
    write('deploy/in2.yaml', {})
    expect(await refused()).toContain("reads '../../../keys' (ROOT/keys), which is outside")
    expect(await refused({ allow: ['fs.read=ROOT/keys'] })).toBe('')
  })

  test('the variables of the project, if they are a link', async () => {
    write('compose.yaml', { services: {} })
    write('docker-bake.hcl', '')
    symlinkSync('../keys', path.join(workspace, '.env'))
    expect(await refused()).toContain(
      "'compose.yaml' reads '.env' (ROOT/keys), which is outside of the workspace.",
    )
    expect(await refused({ files: ['docker-bake.hcl'] })).toBe('')
  })

  test('a path of a variable, and a file that is no YAML', async () => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: Compose's own.
    write('compose.yaml', { include: ['${HOME}/keys'] })
    expect(await refused()).toContain('which file that is depends on variables.')
    expect(await refused({ allow: ['fs.read=*'] })).toBe('')
    write('compose.yaml', 'a: [')
    expect(await refused()).toContain("Which other files 'compose.yaml' reads cannot be told")
    write('definition', 'target "default" {}')
    expect(await refused({ files: ['definition'] })).toBe('')
  })

  test('more files than anybody reads are told as that', async () => {
    const names = Array.from({ length: 1000 }, (_, at) => `${at}.yaml`)
    write('compose.yaml', { include: names })
    for (const name of names) write(name, {})
    expect(await refused()).toMatch(
      /^The Compose files of the definition read more than 1000 others, counted by '999\.yaml'\./,
    )
    write('compose.yaml', { include: names.slice(1) })
    expect(await refused()).toBe('')
  })

  test('a Compose file of a Git repository', async () => {
    expect(await refused({ remote: true, files: ['a.hcl', 'compose.yml'] })).toContain(
      "'compose.yml' is a Compose file of a Git repository, and could include files of this runner.",
    )
    expect(await refused({ remote: true, files: ['compose.yml'], allow: ['fs=*'] })).toBe('')
  })
})

test('what stays inside, or is not there, is read', async () => {
  write('deploy/compose.yaml', {
    include: [
      '../common.yaml',
      'not-there.yaml',
      { path: 'common.yaml', project_directory: '.', env_file: '.env' },
    ],
    services: {
      app: { build: '.', extends: 'base', env_file: '/etc/passwd' },
      base: { extends: { file: '../common.yaml', service: 'x' } },
    },
  })
  write('common.yaml', { include: ['deploy/compose.yaml'], services: {} })
  write('.env', 'A=b')
  expect(await refused({ files: ['deploy/compose.yaml'] })).toBe('')
})
