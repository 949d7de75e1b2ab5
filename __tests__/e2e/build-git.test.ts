import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, jest, test } from '@jest/globals'
import { startGitServer } from '../support/git-server.ts'
import { client, expectSuccess, parts, stageOn } from '../support/parts.ts'

jest.setTimeout(120_000)

test('docker fetches the commit of the run itself, with github-token, and no checkout is needed', async () => {
  const stage = await stageOn('current')
  const source = path.join(stage.folder, 'source')
  mkdirSync(path.join(source, 'images', 'web'), { recursive: true })
  writeFileSync(path.join(source, 'images', 'web', 'Dockerfile'), 'FROM scratch\nCOPY here /\n')
  writeFileSync(path.join(source, 'images', 'web', 'here'), 'x')
  const token = 'ghs_0123456789abcdef'
  const server = await startGitServer(source, token)
  try {
    const env = {
      GITHUB_SERVER_URL: server.url,
      // It has no API: what is asked of that is not to leave this machine.
      GITHUB_API_URL: server.url,
      GITHUB_REPOSITORY: 'acme/shop',
      GITHUB_SHA: server.commit,
    }
    const inputs = { repository: 'git', tags: 'v1', push: 'false', context: '{{defaultContext}}:images/web' }
    // Another repository than the run's own never sees the token. First, since docker keeps what it has fetched.
    const { commit } = server
    const other = `${server.url}/acme/shop.git#${commit}:images/web`
    const refused = await stage.main(
      { ...inputs, context: other, 'github-token': token },
      { env: { ...env, GITHUB_REPOSITORY: 'acme/other' } },
    )
    expect(refused.exitCode).toBe(1)
    const error = refused.annotations.find(({ kind }) => kind === 'error')
    expect(error?.message).toMatch(/authenticat|could not read|terminal prompts disabled/i)

    const built = await stage.main({ ...inputs, 'github-token': token }, { env })
    expectSuccess(built)
    const layers = await client(
      parts().engines.current.docker,
      ['image', 'inspect', '--format', '{{len .RootFS.Layers}}', 'git:v1'],
      stage.env,
    )
    expect(layers).toBe('1')
    expect(built.raw.split('\n').filter((line) => line.includes(token))).toEqual([`::add-mask::${token}`])
  } finally {
    server.close()
    await stage.close()
  }
})
