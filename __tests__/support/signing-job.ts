import type { SigningJob } from '../../src/sigstore/job.ts'

const never = async (): Promise<never> => {
  throw new Error('nothing of this was to be asked for')
}

/** A job without the permission `id-token: write`; whoever asks it for more than that fails. */
export const JOB_WITHOUT_TOKEN: SigningJob = {
  serverUrl: 'https://github.com',
  hasIdToken: false,
  temporary: '/nonexistent',
  toolCache: null,
  idToken: never,
  openTransport: never,
  storeAtGitHub: never,
}
