import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { readCheckout } from '../../../src/runner/checkout.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'checkout-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const WHEN = '2024-01-02T03:04:05Z'
function git(...args: string[]): string {
  const who = ['-c', 'user.name=a', '-c', 'user.email=a@example.org', '-c', 'commit.gpgsign=false']
  const env = { ...process.env, GIT_COMMITTER_DATE: WHEN, GIT_AUTHOR_DATE: '2000-01-01T00:00:00Z' }
  const { status, stdout, stderr } = spawnSync('git', [...who, '-C', folder, ...args], {
    env,
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error(stderr)
  return stdout.trim()
}
function commit(): string {
  git('init', '--quiet', '--initial-branch', 'topic')
  git('commit', '--quiet', '--allow-empty', '--message', 'a')
  return git('rev-parse', 'HEAD')
}
const read = async (where = folder) => {
  const found = await readCheckout(where, process.env)
  const { dateOf: _, ...rest } = found ?? {}
  return found && { ...rest, origin: await found.origin?.(), ref: await found.ref() }
}

describe('a checkout', () => {
  test('has the commit, its date and its branch, in a folder of it too', async () => {
    const sha = commit()
    mkdirSync(path.join(folder, 'app'))
    const expected = { sha, date: new Date(WHEN), origin: null, ref: 'refs/heads/topic' }
    expect(await read()).toEqual(expected)
    expect(await read(path.join(folder, 'app'))).toEqual(expected)
  })

  test('of a submodule has the submodule’s commit and origin', async () => {
    const outer = commit()
    git('remote', 'add', 'origin', 'https://example.org/outer.git')
    const lib = path.join(folder, 'lib.git')
    git('init', '--quiet', '--initial-branch', 'main', lib)
    git('-C', lib, 'commit', '--quiet', '--allow-empty', '--message', 'b')
    git('-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', lib, 'sub')
    const sha = git('-C', 'sub', 'rev-parse', 'HEAD')
    expect(await read(path.join(folder, 'sub'))).toMatchObject({ sha, origin: lib })
    expect(await read()).toMatchObject({ sha: outer, origin: 'https://example.org/outer.git' })
  })

  test('knows the dates of its other commits, and fetches none', async () => {
    const first = commit()
    git('commit', '--quiet', '--allow-empty', '--message', 'b')
    const found = await readCheckout(folder, process.env)
    expect(found?.sha).not.toBe(first)
    expect(await found?.dateOf?.(first)).toEqual(new Date(WHEN))
    for (const absent of ['0'.repeat(40), '', 'topic', '--all', `${first}..${first}`]) {
      expect(await found?.dateOf?.(absent)).toBeNull()
    }
    // A partial clone asks its remote for what it lacks.
    const mark = path.join(folder, 'mark')
    git('config', 'extensions.partialClone', 'origin')
    git('config', 'remote.origin.promisor', 'true')
    git('config', 'remote.origin.url', `ext::touch ${mark}`)
    git('config', 'protocol.ext.allow', 'always')
    expect(await found?.dateOf?.('1'.repeat(40))).toBeNull()
    expect(existsSync(mark)).toBe(false)
  })

  test('of a commit by itself has its newest tag, if it has one', async () => {
    commit()
    git('checkout', '--quiet', '--detach')
    expect(await read()).toMatchObject({ ref: null })
    git('tag', 'v1.9.0')
    git('tag', 'v1.10.0')
    expect(await read()).toMatchObject({ ref: 'refs/tags/v1.10.0' })
  })

  test('is none without a commit, without a repository, without git', async () => {
    expect(await read()).toBeNull()
    expect(await read(path.join(folder, 'absent'))).toBeNull()
    git('init', '--quiet')
    expect(await read()).toBeNull()
    expect(await readCheckout(folder, { PATH: folder })).toBeNull()
  })

  test('runs nothing that the folder itself names', async () => {
    const sha = commit()
    const mark = path.join(folder, 'mark')
    const program = path.join(folder, 'program')
    writeFileSync(program, `#!/bin/sh\ntouch '${mark}'\n`, { mode: 0o755 })
    for (const name of ['core.fsmonitor', 'gpg.program', 'core.pager', 'core.sshCommand', 'diff.external']) {
      git('config', name, program)
    }
    git('config', 'log.showSignature', 'true')
    rmSync(mark, { force: true })
    expect(await read()).toMatchObject({ sha })
    expect(existsSync(mark)).toBe(false)

    // What a pull request can bring: files that look like a repository without a work tree.
    const bare = path.join(folder, 'files')
    cpSync(path.join(folder, '.git'), bare, { recursive: true })
    rmSync(path.join(folder, '.git'), { recursive: true })
    expect(await read(bare)).toBeNull()
    expect(existsSync(mark)).toBe(false)
  })
})
