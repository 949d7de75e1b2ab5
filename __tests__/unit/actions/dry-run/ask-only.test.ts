import { expect, test } from '@jest/globals'
import { inProcess, Service, Store } from '../../../../local-ecr/index.ts'
import { askOnly } from '../../../../src/actions/dry-run/ask-only.ts'
import { Findings } from '../../../../src/actions/dry-run/findings.ts'
import { connectPrivateEcr } from '../../../../src/ecr/private/connect.ts'
import { NO_SETTINGS } from '../../../../src/ecr/settings/settings.ts'

// That a dry run makes no write call is seen in the record of its requests (long/dry-run.test.ts). Here: it could not.

const REGION = 'eu-west-1'
const POLICY = '{"rules":[]}'

test('whatever would change something is a defect, before anything is sent; what asks goes on', async () => {
  const service = new Service(new Store())
  const caller = { ...service.store.issueCredentials('123456789012'), region: REGION }
  const client = { requestHandler: inProcess(service), credentials: caller }
  const options = { region: REGION, registryId: null, mask: () => undefined, client }
  const connected = await connectPrivateEcr(options as unknown as Parameters<typeof connectPrivateEcr>[0])
  await connected.createRepository('app', NO_SETTINGS)
  service.recorder.clear()

  const { ecr } = askOnly(connected, NO_SETTINGS, new Findings())
  const repository = await ecr.findRepository('app')
  if (repository === null) throw new Error('the repository is there')
  const settings = await ecr.settings()
  const scans = await ecr.scans?.()
  const asked = service.recorder.operations()
  expect(asked).toContain('DescribeRepositories')

  const tags = new Map([['a', 'b']])
  const writes = {
    createRepository: ecr.createRepository('other', NO_SETTINGS),
    putMutability: settings.putMutability('app', { mutability: 'IMMUTABLE', exclusions: [] } as never),
    putScanOnPush: settings.putScanOnPush('app', true),
    putTags: settings.putTags(repository as never, tags as never),
    putLifecyclePolicy: settings.putLifecyclePolicy('app', POLICY),
    setRepositoryPolicy: settings.setRepositoryPolicy('app', POLICY as never),
    previewLifecyclePolicy: settings.previewLifecyclePolicy('app', POLICY as never),
    start: scans?.start(repository as never, 'sha256:0' as never),
  }
  const ends = await Promise.allSettled(Object.values(writes))
  expect(ends.map((end) => (end.status === 'rejected' ? String(end.reason) : end.value))).toEqual(
    ends.map(() => 'TypeError: a dry run was about to change something'),
  )
  expect(service.recorder.operations()).toEqual(asked)

  // Every method of the port that is not among these only asks.
  const all = [...Object.keys(ecr), ...Object.keys(settings)].filter((name) =>
    /^(?:create[A-Z]|put|set[A-Z])/.test(name),
  )
  expect(all.filter((name) => !Object.hasOwn(writes, name))).toEqual([])
})
