import {
  openSigstore,
  type Sigstore,
  type SigstoreHost,
  startSigstoreHost,
} from '../../../dev/sigstore/services.ts'

/** Where the test files of one process, which share no module of this project, find what one of them has started. */
const HOSTS = Symbol.for('ecr-build-push.sigstore-hosts')

/**
 * As `startSigstore` of dev/sigstore, with the keys and the log of the test files before it in the same process: to start
 * a host takes more processor time than most files have for it. It ends with the process.
 */
export async function shareSigstore({ ctlog = true } = {}): Promise<Sigstore> {
  const shared = globalThis as { [HOSTS]?: Map<boolean, Promise<SigstoreHost>> }
  const hosts = shared[HOSTS] ?? new Map<boolean, Promise<SigstoreHost>>()
  shared[HOSTS] = hosts
  const started = hosts.get(ctlog) ?? startSigstoreHost({ ctlog })
  hosts.set(ctlog, started)
  const host = await started
  host.unref()
  const sigstore = await openSigstore(host)
  return {
    ...sigstore,
    async stop() {
      await sigstore.clock(0).finally(() => sigstore.stop())
    },
  }
}
