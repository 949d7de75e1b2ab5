import os from 'node:os'
import type { GitHubStore, SigningJob } from '../../../src/sigstore/job.ts'
import { openTransport } from '../../../src/sigstore/transport.ts'
import { JOB_WITHOUT_TOKEN } from '../signing-job.ts'
import { SERVER, tokenOf } from './job.ts'

/** What a job of GitHub's gives to whoever signs, and what was asked of it. */
export interface RecordedJob extends SigningJob {
  /** The audiences of the tokens. */
  readonly audiences: string[]
  /** The bundles that GitHub's store was given, as JSON. */
  readonly kept: unknown[]
}

/**
 * A job with the permission `id-token: write`.
 * @param claims of its tokens, where they are not those of octo-org/demo
 * @param store what GitHub's own store answers
 */
export function signingJob({
  claims = {},
  store = { stored: false, status: 403, said: 'Resource not accessible by integration' },
  lines = [],
}: {
  claims?: Record<string, unknown>
  store?: GitHubStore | Error | null
  lines?: string[]
} = {}): RecordedJob {
  const audiences: string[] = []
  const kept: unknown[] = []
  return {
    ...JOB_WITHOUT_TOKEN,
    serverUrl: SERVER,
    hasIdToken: true,
    temporary: os.tmpdir(),
    audiences,
    kept,
    idToken: async (audience) => {
      audiences.push(audience)
      return tokenOf(claims)
    },
    openTransport: async () => {
      const transport = await openTransport({}, (line) => lines.push(line))
      return { ...transport, sleep: async () => undefined }
    },
    storeAtGitHub: async (_, bundle) => {
      kept.push(JSON.parse(Buffer.from(bundle).toString('utf8')))
      if (store instanceof Error) throw store
      return store
    },
  }
}
