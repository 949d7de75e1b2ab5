import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { CUSTOM, writeSigstoreFiles } from '../../dev/sigstore/job.ts'
import { startSigstore } from '../../dev/sigstore/services.ts'
import { callerOf, invoke } from '../../local-ecr/index.ts'
import { readMergeInputs } from '../../src/actions/merge/inputs.ts'
import { merge } from '../../src/actions/merge/run.ts'
import { readPromoteInputs } from '../../src/actions/promote/inputs.ts'
import { promote } from '../../src/actions/promote/run.ts'
import { readVerifyInputs } from '../../src/actions/verify/inputs.ts'
import { verify } from '../../src/actions/verify/run.ts'
import { Flow } from '../support/flow.ts'
import { putImage } from '../support/flow-images.ts'
import { documented, isAllowed, type Permission, permissionsOf } from '../support/iam.ts'
import { putBeside } from '../support/sigstore/beside.ts'
import { provenanceBundle } from '../support/sigstore/bundles.ts'
import { signingJob } from '../support/sigstore/signing-job.ts'

const REPOSITORY = 'demo-service'
const SOURCE = 'demo-source'
const HOST = '123456789012.dkr.ecr.ap-northeast-2.amazonaws.com'

const inputs = (given: Record<string, string>) => ({
  get: (name: string) => ({ 'aws-region': 'ap-northeast-2', repository: REPOSITORY, ...given })[name] ?? '',
  env: {},
  cwd: '/',
})

/** A flow with both repositories, and an image of each platform in one of them. */
async function flowWith(repository: string) {
  const flow = new Flow()
  for (const repositoryName of [REPOSITORY, SOURCE]) {
    await invoke(flow.store, flow.caller, 'CreateRepository', { repositoryName })
  }
  const amd64 = await putImage(flow, repository, { os: 'linux', architecture: 'amd64' }, { tag: 'build' })
  const arm64 = await putImage(flow, repository, { os: 'linux', architecture: 'arm64' })
  await putImage(flow, repository, { os: 'unknown', architecture: 'unknown' }, { subject: amd64 })
  flow.service.recorder.clear()
  return { flow, digests: `${amd64.digest}\n${arm64.digest}` }
}

const asked = (flow: Flow): Permission[] => flow.service.recorder.requests.flatMap(permissionsOf)

/** What the policies miss, and what of the given ones nothing has used. */
function held(
  allowed: readonly Permission[],
  asked: readonly Permission[],
  own: readonly Permission[] = allowed,
) {
  return {
    missing: asked.filter((permission) => !isAllowed(allowed, permission)),
    needless: own.filter((one) => !asked.some((permission) => isAllowed([one], permission))),
  }
}

const EXACT = { missing: [], needless: [] }

describe('the policies in docs/iam.md allow what the siblings ask for, and nothing else', () => {
  test('merge, and new tags in the same repository', async () => {
    const merging = await flowWith(REPOSITORY)
    await merging.flow.within((world) =>
      merge(readMergeInputs(inputs({ digests: merging.digests, tags: 'v1,latest' })), world),
    )
    const promoting = await flowWith(REPOSITORY)
    await promoting.flow.within((world) =>
      promote(readPromoteInputs(inputs({ source: 'build', tags: 'prod' })), world),
    )
    const all = [...asked(merging.flow), ...asked(promoting.flow)]
    expect(held(documented('Merge, and promote'), all)).toEqual(EXACT)
  })

  test('merge that signs for its index, in two registries', async () => {
    const workspace = mkdtempSync(path.join(tmpdir(), 'siblings-iam-'))
    const sigstore = await startSigstore()
    try {
      writeSigstoreFiles(workspace, sigstore)
      const { flow, digests } = await flowWith(REPOSITORY)
      await invoke(flow.store, callerOf(flow.caller.account, 'us-east-1'), 'CreateRepository', {
        repositoryName: REPOSITORY,
      })
      const given = { digests, tags: 'v1', registries: 'us-east-1', ...CUSTOM }
      const source = { ...inputs(given), cwd: workspace }
      await flow.within((world) => merge(readMergeInputs(source), { ...world, job: signingJob() }))
      const own = documented('Sign what is known of the image')
      const others = documented('Merge, and promote', 'Push to more registries')
      expect(held([...own, ...others], asked(flow), own)).toEqual(EXACT)
    } finally {
      await sigstore.stop()
      rmSync(workspace, { recursive: true })
    }
  })

  test('verify, and merge and promotion of what has provenance', async () => {
    const workspace = mkdtempSync(path.join(tmpdir(), 'siblings-iam-'))
    const sigstore = await startSigstore()
    try {
      writeSigstoreFiles(workspace, sigstore)
      const provenWith = async (work: (flow: Flow, digests: string) => Promise<void>) => {
        const { flow, digests } = await flowWith(REPOSITORY)
        const [amd64 = ''] = digests.split('\n')
        const place = { ...flow.place, repository: REPOSITORY }
        await putBeside(flow.store, place, amd64, await provenanceBundle(sigstore, amd64))
        await work(flow, amd64)
        return asked(flow)
      }
      const source = (given: Record<string, string>) => ({
        ...inputs({
          'require-provenance': 'repository=octo-org/demo',
          'sigstore-trusted-root': 'trusted_root.json',
          ...given,
        }),
        cwd: workspace,
      })
      const verifying = await provenWith((flow) =>
        flow.within((world) => verify(readVerifyInputs(source({ image: 'build' })), world)),
      )
      const merging = await provenWith((flow, digests) =>
        flow.within((world) => merge(readMergeInputs(source({ digests, tags: 'v1' })), world)),
      )
      const promoting = await provenWith((flow) =>
        flow.within((world) => promote(readPromoteInputs(source({ source: 'build', tags: 'prod' })), world)),
      )
      const own = documented('Verify, and require-provenance')
      expect(held(own, verifying)).toEqual(EXACT)
      const both = [...own, ...documented('Merge, and promote')]
      expect(held(both, [...merging, ...promoting]).missing).toEqual([])
    } finally {
      await sigstore.stop()
      rmSync(workspace, { recursive: true })
    }
  })

  test('promotion with a copy', async () => {
    const { flow } = await flowWith(SOURCE)
    await flow.within((world) =>
      promote(readPromoteInputs(inputs({ source: `${HOST}/${SOURCE}:build`, tags: 'prod' })), world),
    )
    const reading = documented('Promote with a copy')
    const both = [...reading, ...documented('Push to a repository that exists')]
    expect(held(both, asked(flow), reading)).toEqual(EXACT)
  })
})
