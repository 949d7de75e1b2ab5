import { mkdirSync, utimesSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, jest, test } from '@jest/globals'
import { ACCOUNT, REGION } from '../../dev/stage.ts'
import { client, expectSuccess, parts, stageOn } from '../support/parts.ts'

jest.setTimeout(180_000)

test('two builds of one commit, without a cache and of files that were touched, have one digest, and the second pushes nothing', async () => {
  const stage = await stageOn('current')
  try {
    const app = path.join(stage.folder, 'app')
    mkdirSync(app)
    writeFileSync(
      path.join(app, 'Dockerfile'),
      `FROM ${stage.baseImage}\nCOPY data /data\nRUN echo made > /made\n`,
    )
    const build = async (touched: number) => {
      writeFileSync(path.join(app, 'data'), 'content')
      utimesSync(path.join(app, 'data'), touched, touched)
      const given = {
        repository: 'app',
        'aws-region': REGION,
        context: 'app',
        tags: 'v1',
        reproducible: 'true',
      }
      const result = await stage.main(given, { env: { SOURCE_DATE_EPOCH: '1700000000' } })
      expectSuccess(result)
      await client(parts().engines.current.docker, ['builder', 'prune', '--all', '--force'], stage.env)
      return result
    }
    const first = await build(1_750_000_000)
    const before = stage.ecr.requests.length
    const second = await build(1_760_000_000)
    const sent = (requests: typeof stage.ecr.requests) => {
      const all = requests.filter(
        ({ side, method = '' }) => side === 'registry' && !['GET', 'HEAD'].includes(method),
      )
      const manifests = all.filter(({ path: at = '' }) => at.includes('/manifests/')).length
      return { manifests, layers: all.length - manifests }
    }
    expect(sent(stage.ecr.requests.slice(0, before)).layers).toBeGreaterThan(0)
    expect(sent(stage.ecr.requests.slice(before))).toEqual({ manifests: 0, layers: 0 })
    expect(second.outputs['digest']).toBe(first.outputs['digest'])
    expect(second.log).toContain('ECR has this digest under the tag, as it did before')
    const { images } = stage.ecr.store.get({ account: ACCOUNT, region: REGION, repository: 'app' })
    expect([...images.keys()]).toEqual([first.outputs['digest']])
  } finally {
    await stage.close()
  }
})
