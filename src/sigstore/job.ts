import type { Transport } from './transport.ts'

/** What came of the question to GitHub to keep an attestation in its own store. */
export type GitHubStore =
  /** `url`: its page. */
  | { readonly stored: true; readonly url: string }
  /** It was refused with 403 or 404. `said`: in GitHub's words; may be empty. */
  | { readonly stored: false; readonly status: number; readonly said: string }

/** What signing and verifying take from the job. Without an input for it, nothing of it is asked for. */
export interface SigningJob {
  /** GITHUB_SERVER_URL: `https://github.com`. */
  readonly serverUrl: string
  /** Whether GitHub gives this job an OIDC token. */
  readonly hasIdToken: boolean
  /** GitHub's OIDC token for an audience, masked. */
  readonly idToken: (audience: string) => Promise<string>
  /** The way to the services of Sigstore. */
  readonly openTransport: () => Promise<Transport>
  /** A folder for temporary files. */
  readonly temporary: string
  /** The folder of a self-hosted runner that later jobs find again; null if there is none. */
  readonly toolCache: string | null
  /**
   * Asks GitHub to keep a bundle in its own store.
   * @param repository `OWNER/NAME`
   * @returns null if the inputs give no token for it
   * @throws Error that says what GitHub answered
   */
  readonly storeAtGitHub: (repository: string, bundle: Uint8Array) => Promise<GitHubStore | null>
}
