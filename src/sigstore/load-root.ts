import type { SigstoreInstance } from './instance.ts'
import { callService, type Transport } from './transport.ts'
import type { KeptFiles } from './trust-root.ts'
import type { TrustRoot } from './verify.ts'

/**
 * Reads a trust root.
 * @throws ActionError that says what is wrong with the file
 */
export async function rootInFile({
  text,
  path,
}: {
  readonly text: string
  readonly path: string
}): Promise<TrustRoot> {
  const { trustedRootIn } = await import('./custom.ts')
  return trustedRootIn(text, path)
}

/**
 * Fetches the trust root of an instance by TUF.
 * @param temporary a folder for files that are removed at the end
 * @param keptFor what the repository at an address gave before, if it cannot be reached
 * @throws ActionError if there is none to be trusted
 */
export async function rootOfInstance(
  instance: Exclude<SigstoreInstance, 'custom'>,
  transport: Transport,
  temporary: string,
  keptFor: (url: URL) => KeptFiles | null = () => null,
): Promise<TrustRoot> {
  const [{ fetchTrustRoot, TRUST_ROOTS }, { fetchedRootIn }] = await Promise.all([
    import('./trust-root.ts'),
    import('./custom.ts'),
  ])
  const source = TRUST_ROOTS[instance]
  const text = await fetchTrustRoot(
    (call, ended) => callService(transport, call, ended),
    source,
    temporary,
    keptFor(source.url),
  )
  return fetchedRootIn(text, source.url.origin)
}
