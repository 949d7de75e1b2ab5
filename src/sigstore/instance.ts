import { ActionError } from '../shared/errors.ts'

/** Where to sign, as a user says it. */
export type SigstoreChoice = 'auto' | 'public-good' | 'github' | 'custom'
/** Where it is signed. */
export type SigstoreInstance = Exclude<SigstoreChoice, 'auto'>

/** The services that make a bundle. */
export interface SigstoreServices {
  readonly instance: SigstoreInstance
  /** Fulcio, which makes the certificate. */
  readonly certificates: URL
  /** Rekor, the transparency log, and the version of its API; null if the signature is told to no log. */
  readonly log: { readonly url: URL; readonly version: 1 | 2 } | null
  /** The timestamp authority, with the path of its requests; null if there is none. */
  readonly timestamps: URL | null
}

/** The public good instance. https://github.com/actions/toolkit/blob/main/packages/attest/src/endpoints.ts */
const PUBLIC_GOOD: SigstoreServices = {
  instance: 'public-good',
  certificates: new URL('https://fulcio.sigstore.dev'),
  log: { url: new URL('https://rekor.sigstore.dev'), version: 1 },
  timestamps: null,
}

/**
 * Which instance of Sigstore signs. With `auto`, a repository that the token does not call public is signed for by
 * GitHub's own instance: the log of the public good instance would tell its name to everybody.
 * @param visibility what the OIDC token says of the repository: `public`, `private`, `internal`; null if nothing
 * @param serverUrl GITHUB_SERVER_URL
 * @throws ActionError on GitHub Enterprise Server, whose tokens only an instance of its own accepts
 */
export function chooseInstance(
  choice: SigstoreChoice,
  visibility: string | null,
  serverUrl: string,
): SigstoreInstance {
  if (choice === 'custom') return choice
  const host = serverHost(serverUrl)
  if (!isGitHubsOwn(host)) {
    throw new ActionError(
      `sigstore: ${choice} cannot sign on GitHub Enterprise Server (${host}): neither the public good instance of Sigstore nor GitHub's accepts its OIDC tokens.`,
      'set sigstore to custom, with sigstore-signing-config and sigstore-trusted-root of an instance of Sigstore that accepts them; or take attest out.',
      { page: 'attest.md#where-it-is-signed' },
    )
  }
  const isGitHubCom = host === 'github.com'
  if (choice === 'public-good' && !isGitHubCom) {
    throw new ActionError(
      `sigstore: public-good cannot sign on ${host}: the public good instance of Sigstore takes OIDC tokens of github.com only.`,
      'set sigstore to github, or leave it out.',
      { page: 'attest.md#where-it-is-signed' },
    )
  }
  if (choice !== 'auto') return choice
  return visibility === 'public' && isGitHubCom ? 'public-good' : 'github'
}

/**
 * The services of an instance that is not custom.
 * @param serverUrl GITHUB_SERVER_URL
 */
export function servicesOf(
  instance: Exclude<SigstoreInstance, 'custom'>,
  serverUrl: string,
): SigstoreServices {
  if (instance === 'public-good') return PUBLIC_GOOD
  const server = serverHost(serverUrl)
  const host = server === 'github.com' ? 'githubapp.com' : server
  return {
    instance,
    certificates: new URL(`https://fulcio.${host}`),
    log: null,
    timestamps: new URL(`https://timestamp.${host}/api/v1/timestamp`),
  }
}

/** github.com, or a host of GitHub Enterprise Cloud with data residency. */
function isGitHubsOwn(host: string): boolean {
  return host === 'github.com' || /^[a-z0-9-]+\.ghe\.com$/.test(host)
}

function serverHost(serverUrl: string): string {
  return URL.canParse(serverUrl) ? new URL(serverUrl).hostname : serverUrl
}
